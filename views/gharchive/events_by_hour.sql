-- events_by_hour, version 1
-- How many events and pushes happened in each UTC hour, in time order.
-- owner: developer-relations
--
-- By the time of the event, whatever file it came in; an hour without events has no row.

create view events_by_hour (
    hour_at,       -- the UTC hour of action_time
    record_count,  -- all of them in the hour; unit: events
    push_count     -- PushEvents among them; unit: events
) as
select
    hour_at,
    sum(record_count) as record_count,
    sum(case when type = 'PushEvent' then record_count else 0 end) as push_count
from fct_github_event_hours
group by hour_at
order by hour_at;
