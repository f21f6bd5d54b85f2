-- cicd_repos, version 1
-- Repositories with at least one commit.
-- owner: developer-relations

create view cicd_repos (
    repo_id,
    repo_url,
    repo_name,
    stargazers_count,
    watchers_count,
    repo_created_at
) as
select
    repo_id,
    repo_url,
    repo_name,
    stargazers_count,
    watchers_count,
    repo_created_at
from dim_github_repos
where repo_id in (select repo_id from fct_commits)
order by repo_id;
