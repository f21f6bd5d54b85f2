-- ci_health_by_repo, version 1
-- One row per month and repository with commits: certified authors and workflow runs.
-- owner: developer-relations
--
-- What ci_health_by_certified_share puts together; its population, and what it must
-- not be read as, hold here too.

create view ci_health_by_repo (
    month_date,              -- first day of the month
    repo_name,
    author_count,            -- accounts that committed, bots left out; unit: authors
    certified_author_count,  -- of these; unit: authors
    certified_share,         -- a fraction of 1; null: no author with an account
    nameless_commit_count,   -- of no account; unit: commits
    run_count,               -- unit: runs
    failure_rate,            -- a fraction of 1; null: no run was judged
    run_seconds              -- mean of the last attempts; unit: seconds
) as
select
    fct_repo_months.month_date,
    dim_github_repos.repo_name,
    fct_repo_months.author_count,
    fct_repo_months.certified_author_count,
    fct_repo_months.certified_share,
    fct_repo_months.nameless_commit_count,
    fct_repo_months.run_count,
    cast(fct_repo_months.failed_run_count as double) / nullif(fct_repo_months.judged_run_count, 0)
        as failure_rate,
    fct_repo_months.run_seconds
from fct_repo_months
inner join dim_github_repos on fct_repo_months.repo_id = dim_github_repos.repo_id
order by fct_repo_months.month_date, dim_github_repos.repo_name, fct_repo_months.repo_id;
