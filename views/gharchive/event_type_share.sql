-- event_type_share, version 1
-- Which part of all events each type has, most first.
-- owner: developer-relations

create view event_type_share (
    type,          -- PushEvent, ...
    record_count,  -- of the type; unit: events
    share          -- a fraction of 1, not rounded
) as
with

event_hours as (
    select type, record_count from fct_github_event_hours
),

types as (
    select type, sum(record_count) as record_count
    from event_hours
    group by type
)

select
    type,
    record_count,
    cast(record_count as double)
    / nullif(sum(record_count) over (), 0) as share
from types
order by record_count desc, type;
