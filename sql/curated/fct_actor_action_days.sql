-- fct_actor_action_days, version 1
-- One row per UTC day, last actor login and type of event, pushes left out.
-- owner: developer-relations

create table fct_actor_action_days (
    event_date        text    not null,  -- the UTC day of action_time
    place             integer not null  -- 1: most events that day; ties by name
        constraint place_is_positive check (place >= 1),
    last_actor_login  text,             -- null: anonymous; pii: login
    type              text    not null,
    record_count      integer not null  -- their events on that day; unit: events
        constraint record_count_is_positive check (record_count >= 1),
    primary key (event_date, place)
) strict, without rowid;

with

github_actions_by_id as (
    select
        substr(action_time, 1, 10) as event_date,
        actor_id,
        actor_login,
        type,
        count(*) as record_count
    from fct_github_events
    where type <> 'PushEvent'
    group by 1, 2, 3, 4
),

actors as (
    select actor_id, last_login from dim_actors
),

named as (
    select
        github_actions_by_id.event_date,
        coalesce(actors.last_login, github_actions_by_id.actor_login)
            as last_actor_login,
        github_actions_by_id.type,
        github_actions_by_id.record_count
    from github_actions_by_id
    left join actors on github_actions_by_id.actor_id = actors.actor_id
),

actions as (
    select
        event_date,
        last_actor_login,
        type,
        sum(record_count) as record_count
    from named
    group by event_date, last_actor_login, type
),

final as (
    select
        event_date,
        row_number() over (
            partition by event_date
            order by record_count desc, last_actor_login nulls first, type
        ) as place,
        last_actor_login,
        type,
        record_count
    from actions
)

select * from final;
