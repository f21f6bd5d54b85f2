-- dim_repos, version 2
-- One row per repository, under the name it was seen with last.
-- owner: developer-relations
-- incremental: repo_id

create table dim_repos (
    repo_id         integer primary key,  -- GitHub's id
    last_name       text,                 -- by time, then event id; null: never named; pii: login
    named_event_id  integer,              -- the event that says so; null: never named
    is_renamed      integer not null      -- 1: seen under more than one name
        constraint is_renamed_is_boolean check (is_renamed in (0, 1)),
    first_seen_at   text    not null,     -- in the hours loaded
    last_seen_at    text    not null,     -- in the hours loaded
    named_at        text                  -- when last_name was seen last; null: never named
) strict;

create index dim_repos__last_name on dim_repos (last_name);
create index dim_repos__renamed on dim_repos (repo_id) where is_renamed = 1;

with

events as (
    select repo_id, repo_name, happened_at, moment
    from stg_gharchive__events
    where row_id >= :since_row and repo_id is not null
),

-- A moment has 40 characters; the name stands behind it.
seen as (
    select
        repo_id,
        max(moment || repo_name) as named,
        min(repo_name) as least_name,
        max(repo_name) as greatest_name,
        min(happened_at) as first_seen_at,
        max(happened_at) as last_seen_at
    from events
    group by repo_id
),

-- What is known already, as text of the same kind.
standing as (
    select
        repo_id,
        last_name,
        named_at || case
            when named_event_id < 0 then '0' || substr(
                '0000000000000000000'
                || cast(named_event_id + 9223372036854775807 as varchar), -19)
            else '1' || substr(
                '0000000000000000000' || cast(named_event_id as varchar), -19)
        end || last_name as named,
        is_renamed,
        first_seen_at,
        last_seen_at
    from dim_repos
),

both as (
    select
        seen.repo_id,
        case
            when standing.named is null or seen.named > standing.named
                then seen.named
            else standing.named
        end as named,
        case
            when standing.is_renamed = 1
                or seen.least_name <> seen.greatest_name
                or seen.least_name <> standing.last_name then 1
            else 0
        end as is_renamed,
        case
            when standing.first_seen_at < seen.first_seen_at
                then standing.first_seen_at
            else seen.first_seen_at
        end as first_seen_at,
        case
            when standing.last_seen_at > seen.last_seen_at
                then standing.last_seen_at
            else seen.last_seen_at
        end as last_seen_at
    from seen
    left join standing on seen.repo_id = standing.repo_id
),

final as (
    select
        repo_id,
        substr(named, 41) as last_name,
        cast(substr(named, 22, 19) as bigint) - case
            when substr(named, 21, 1) = '0' then 9223372036854775807
            else 0
        end as named_event_id,
        is_renamed,
        first_seen_at,
        last_seen_at,
        substr(named, 1, 20) as named_at
    from both
)

select * from final;
