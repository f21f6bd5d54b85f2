-- record_count_by_day, version 1
-- How many events happened on each UTC day, in time order.
-- owner: developer-relations

create view record_count_by_day (
    event_date,    -- the UTC day of action_time
    record_count   -- on that day; unit: events
) as
select
    substr(hour_at, 1, 10) as event_date,
    sum(record_count) as record_count
from fct_github_event_hours
group by 1
order by 1;
