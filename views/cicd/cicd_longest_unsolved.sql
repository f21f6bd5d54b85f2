-- cicd_longest_unsolved, version 1
-- The ten pull requests that took or take longest, drafts left out.
-- owner: developer-relations
--
-- The dashboard's name says unsolved; like there, solved ones count too.

create view cicd_longest_unsolved (
    repo_name,
    pull_request_number,
    pull_request_title,  -- pii: text
    pull_request_url,
    login,               -- pii: login
    created_at,
    merged_at,           -- null: not merged
    closed_at,           -- null: still open
    days_to_solve        -- unit: days
) as
select
    dim_github_repos.repo_name,
    cicd_pull_requests.pull_request_number,
    cicd_pull_requests.pull_request_title,
    cicd_pull_requests.pull_request_url,
    cicd_users.login,
    cicd_pull_requests.created_at,
    cicd_pull_requests.merged_at,
    cicd_pull_requests.closed_at,
    cicd_pull_requests.days_to_solve
from cicd_pull_requests
inner join dim_github_repos
    on cicd_pull_requests.repo_id = dim_github_repos.repo_id
inner join cicd_users on cicd_pull_requests.user_id = cicd_users.user_id
where coalesce(cicd_pull_requests.pull_request_draft, 0) = 0
order by cicd_pull_requests.days_to_solve desc nulls last, cicd_pull_requests.id nulls last
limit 10;
