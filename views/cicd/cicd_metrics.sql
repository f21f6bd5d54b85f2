-- cicd_metrics, version 1
-- The dashboard's metrics over everything.
-- owner: developer-relations

create view cicd_metrics (
    count_commits,                -- by authors with an account; unit: commits
    count_commit_comments,        -- on those commits; unit: comments
    count_pull_requests,          -- open, merged and closed; unit: pull requests
    count_merged_pull_requests,   -- of them, merged; unit: pull requests
    count_nodraft_pull_requests,  -- of them, drafts left out; unit: pull requests
    avg_days_to_solve,            -- mean over all, open ones up to the day of the build; unit: days
    sum_days_to_solve,            -- over all, open ones up to the day of the build; unit: days
    sum_stargazers                -- of the repositories with a commit; unit: accounts
) as
with

commits as (
    select count(*) as commit_count, sum(comment_count) as comment_count
    from cicd_commits
),

pull_requests as (
    select
        count(*) as pull_request_count,
        count(merged_at) as merged_count,
        count(*) filter (where coalesce(pull_request_draft, 0) = 0)
            as nodraft_count,
        avg(days_to_solve) as avg_days,
        sum(days_to_solve) as sum_days
    from cicd_pull_requests
),

repos as (
    select sum(stargazers_count) as star_count from cicd_repos
)

select
    commits.commit_count as count_commits,
    commits.comment_count as count_commit_comments,
    pull_requests.pull_request_count as count_pull_requests,
    pull_requests.merged_count as count_merged_pull_requests,
    pull_requests.nodraft_count as count_nodraft_pull_requests,
    pull_requests.avg_days as avg_days_to_solve,
    pull_requests.sum_days as sum_days_to_solve,
    repos.star_count as sum_stargazers
from commits
cross join pull_requests
cross join repos;
