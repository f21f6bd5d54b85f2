-- dim_repos, version 3
-- One row per repository, under the name it was seen with last.
-- owner: developer-relations
-- incremental: repo_id
--
-- When it was last seen stands in dim_repo_names alone, and in the view
-- github_repos: here it would change a page of the file for each event.

create table dim_repos (
    repo_id        integer primary key,  -- GitHub's id
    last_name      text,                 -- by time, then event id; null: never named; pii: login
    is_renamed     integer not null      -- 1: seen under more than one name
        constraint is_renamed_is_boolean check (is_renamed in (0, 1)),
    first_seen_at  text    not null      -- in the hours loaded
) strict;

create index dim_repos__last_name on dim_repos (last_name);
create index dim_repos__renamed on dim_repos (repo_id) where is_renamed = 1;

with

-- An id never loses its names: a load that is removed makes them anew.
changed as (
    select distinct repo_id from dim_repo_names__changes
),

final as (
    select
        repo_id,
        max(case when last_number = 1 then repo_name end) as last_name,
        case when count(repo_name) > 1 then 1 else 0 end as is_renamed,
        min(first_seen_at) as first_seen_at
    from dim_repo_names
    where repo_id in (select repo_id from changed)
    group by repo_id
)

select * from final;
