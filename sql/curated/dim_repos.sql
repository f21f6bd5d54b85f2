-- dim_repos, version 1
-- One row per repository, under the name it was seen with last.
-- owner: developer-relations

create table dim_repos (
    repo_id        integer primary key,  -- GitHub's id
    last_name      text,                 -- by time, then event id; null: never named; pii: login
    name_count     integer not null      -- names seen, 2 or more: it was renamed
        constraint name_count_is_not_negative check (name_count >= 0),
    first_seen_at  text    not null,     -- in the hours loaded
    last_seen_at   text    not null
) strict;

create index dim_repos__last_name on dim_repos (last_name);

with

repo_names as (
    select repo_id, repo_name, last_number, first_seen_at, last_seen_at
    from dim_repo_names
),

final as (
    select
        repo_id,
        max(case when last_number = 1 then repo_name end) as last_name,
        count(repo_name) as name_count,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from repo_names
    group by repo_id
)

select * from final;
