-- github_repos, version 1
-- Repositories of GH Archive: last name, first and last sight.
-- owner: developer-relations

create view github_repos (
    repo_id,        -- GitHub's id
    last_name,      -- by time, then event id; null: never named; pii: login
    is_renamed,     -- 1: seen under more than one name
    first_seen_at,  -- in the hours loaded
    last_seen_at    -- in the hours loaded
) as
select
    dim_repos.repo_id,
    dim_repos.last_name,
    dim_repos.is_renamed,
    dim_repos.first_seen_at,
    (
        select max(dim_repo_names.last_seen_at)
        from dim_repo_names
        where dim_repo_names.repo_id = dim_repos.repo_id
    ) as last_seen_at
from dim_repos
order by dim_repos.repo_id;
