-- fct_github_event_hours, version 1
-- One row per UTC hour in which events happened and type of event.
-- owner: developer-relations

create table fct_github_event_hours (
    hour_at       text    not null,  -- by action_time, not by the file's name
    type          text    not null,
    record_count  integer not null   -- of the type in the hour; unit: events
        constraint record_count_is_positive check (record_count >= 1),
    primary key (hour_at, type)
) strict, without rowid;

with

github_event_times as (
    select action_time, type from fct_github_events
),

final as (
    select
        substr(action_time, 1, 13) || ':00:00Z' as hour_at,
        type,
        count(*) as record_count
    from github_event_times
    group by 1, 2
)

select * from final;
