-- cicd_merged_by_month, version 1
-- Merged pull requests by month of the merge and repository.
-- owner: developer-relations

create view cicd_merged_by_month (
    merged_month,  -- YYYY-MM
    repo_name,
    merged_count   -- of authors with an account; unit: pull requests
) as
select
    substr(cicd_pull_requests.merged_at, 1, 7) as merged_month,
    dim_github_repos.repo_name,
    count(*) as merged_count
from cicd_pull_requests
inner join dim_github_repos
    on cicd_pull_requests.repo_id = dim_github_repos.repo_id
where cicd_pull_requests.merged_at is not null
group by substr(cicd_pull_requests.merged_at, 1, 7), dim_github_repos.repo_name
order by 1, 2;
