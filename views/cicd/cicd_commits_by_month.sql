-- cicd_commits_by_month, version 1
-- Created commits by month and repository.
-- owner: developer-relations

create view cicd_commits_by_month (
    created_month,  -- YYYY-MM
    repo_name,
    commit_count    -- by authors with an account; unit: commits
) as
select
    substr(cicd_commits.created_at, 1, 7) as created_month,
    dim_github_repos.repo_name,
    count(*) as commit_count
from cicd_commits
inner join dim_github_repos on cicd_commits.repo_id = dim_github_repos.repo_id
group by substr(cicd_commits.created_at, 1, 7), dim_github_repos.repo_name
order by 1, 2;
