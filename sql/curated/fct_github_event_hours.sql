-- fct_github_event_hours, version 2
-- One row per UTC hour in which events happened and type of event.
-- owner: developer-relations
-- incremental: hour_at, type

create table fct_github_event_hours (
    hour_at       text    not null,  -- by action_time, not by the file's name
    type          text    not null,
    record_count  integer not null   -- of the type in the hour; unit: events
        constraint record_count_is_positive check (record_count >= 1),
    primary key (hour_at, type)
) strict, without rowid;

with

changed as (
    select
        substr(action_time, 1, 13) || ':00:00Z' as hour_at,
        type,
        sum(change) as record_count
    from fct_github_events__changes
    group by 1, 2
),

standing as (
    select hour_at, type, record_count from fct_github_event_hours
),

final as (
    select
        changed.hour_at,
        changed.type,
        nullif(coalesce(standing.record_count, 0) + changed.record_count, 0)
            as record_count
    from changed
    left join standing
        on changed.hour_at = standing.hour_at and changed.type = standing.type
    where changed.record_count <> 0
)

select * from final;
