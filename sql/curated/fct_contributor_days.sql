-- fct_contributor_days, version 1
-- One row per UTC day, last actor login and last organisation login: their events.
-- owner: developer-relations
--
-- Grouped by name, as people ask: accounts that had the same login one after the
-- other are one contributor.

create table fct_contributor_days (
    event_date        text    not null,  -- the UTC day of action_time
    place             integer not null  -- 1: most events that day; ties by name
        constraint place_is_positive check (place >= 1),
    last_actor_login  text,             -- null: anonymous; pii: login
    last_org_login    text,             -- null: outside organisations
    record_count      integer not null  -- their events on that day; unit: events
        constraint record_count_is_positive check (record_count >= 1),
    primary key (event_date, place)
) strict, without rowid;

with

github_events_by_id as (
    select
        substr(action_time, 1, 10) as event_date,
        actor_id,
        org_id,
        actor_login,
        org_login,
        count(*) as record_count
    from fct_github_events
    group by 1, 2, 3, 4, 5
),

actors as (
    select actor_id, last_login from dim_actors
),

orgs as (
    select org_id, last_login from dim_orgs
),

named as (
    select
        github_events_by_id.event_date,
        coalesce(actors.last_login, github_events_by_id.actor_login)
            as last_actor_login,
        coalesce(orgs.last_login, github_events_by_id.org_login)
            as last_org_login,
        github_events_by_id.record_count
    from github_events_by_id
    left join actors on github_events_by_id.actor_id = actors.actor_id
    left join orgs on github_events_by_id.org_id = orgs.org_id
),

contributors as (
    select
        event_date,
        last_actor_login,
        last_org_login,
        sum(record_count) as record_count
    from named
    group by event_date, last_actor_login, last_org_login
),

final as (
    select
        event_date,
        row_number() over (
            partition by event_date
            order by
                record_count desc,
                last_actor_login nulls first,
                last_org_login nulls first
        ) as place,
        last_actor_login,
        last_org_login,
        record_count
    from contributors
)

select * from final;
