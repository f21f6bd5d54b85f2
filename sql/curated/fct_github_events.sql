-- fct_github_events, version 1
-- One row per event: its id and time, over all archive files.
-- owner: developer-relations
--
-- The id alone is no key: GitHub's event ids restarted in late 2025. Of an event
-- that several files hold, the one in the earliest hour counts, and in it the one
-- that comes first, whatever order the files were loaded in. Names stand here
-- only where there is no id to look them up by.

create table fct_github_events (
    ---------- keys
    event_id         integer not null,  -- GitHub's; a negative hash before 2015
    action_time      text    not null,  -- when it happened; UTC, as the archive's created_at
    archive_hour_id  integer not null   -- of the file that it is read from
        references dim_archive_hours (archive_hour_id),
    actor_id         integer            -- null before 2015 at times; pii: id
        references dim_actors (actor_id),
    repo_id          integer            -- null for events without repository
        references dim_repos (repo_id),
    org_id           integer            -- null outside organisations
        references dim_orgs (org_id),
    ---------- text
    type             text    not null,
    actor_login      text,              -- null unless actor_id is; pii: login
    repo_name        text,              -- null unless repo_id is; pii: login
    org_login        text,              -- null unless org_id is
    primary key (event_id, action_time)
) strict, without rowid;

create index fct_github_events__action_time on fct_github_events (action_time);
create index fct_github_events__type on fct_github_events (type, action_time);
create index fct_github_events__actor on fct_github_events (actor_id, action_time);

with

events as (
    select
        row_id,
        load_id,
        event_id,
        happened_at,
        type,
        actor_id,
        actor_login,
        repo_id,
        repo_name,
        org_id,
        org_login
    from stg_gharchive__events
),

loads as (
    select load_id, file_name, slice_start_at from stg_gharchive__loads
),

-- Loads in the order of their hours.
hours as (
    select
        load_id,
        row_number() over (order by slice_start_at, file_name) as hour_number,
        cast(
            substr(slice_start_at, 1, 4) || substr(slice_start_at, 6, 2)
            || substr(slice_start_at, 9, 2) || substr(slice_start_at, 12, 2)
            as bigint
        ) as archive_hour_id
    from loads
),

-- The number within a load (a row_id's lower 28 bits) follows source_offset, so
-- one integer orders all copies. Sorting these three columns takes 2.9 s for 1.1 M
-- events, row_number() over whole events 6.5 s.
placed as (
    select
        events.event_id,
        events.happened_at,
        (hours.hour_number - events.load_id) * 268435456 + events.row_id as place
    from events
    inner join hours on events.load_id = hours.load_id
),

winners as (
    select min(place) as place
    from placed
    group by event_id, happened_at
),

winning_rows as (
    select
        (hours.load_id - hours.hour_number) * 268435456 + winners.place as row_id,
        hours.archive_hour_id
    from winners
    inner join hours on winners.place / 268435456 = hours.hour_number
),

final as (
    select
        events.event_id,
        events.happened_at as action_time,
        winning_rows.archive_hour_id,
        events.actor_id,
        events.repo_id,
        events.org_id,
        events.type,
        case when events.actor_id is null then events.actor_login end
            as actor_login,
        case when events.repo_id is null then events.repo_name end as repo_name,
        case when events.org_id is null then events.org_login end as org_login
    from winning_rows
    inner join events on winning_rows.row_id = events.row_id
)

select * from final;
