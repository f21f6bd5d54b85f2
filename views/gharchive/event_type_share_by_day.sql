-- event_type_share_by_day, version 1
-- Which part of a UTC day's events each type has, days in time order, most first.
-- owner: developer-relations

create view event_type_share_by_day (
    event_date,    -- the UTC day of action_time
    type,          -- PushEvent, ...
    record_count,  -- of the type on that day; unit: events
    share          -- a fraction of 1, not rounded
) as
with

event_hours as (
    select substr(hour_at, 1, 10) as event_date, type, record_count
    from fct_github_event_hours
),

types as (
    select event_date, type, sum(record_count) as record_count
    from event_hours
    group by event_date, type
)

select
    event_date,
    type,
    record_count,
    cast(record_count as double)
    / nullif(sum(record_count) over (partition by event_date), 0) as share
from types
order by event_date, record_count desc, type;
