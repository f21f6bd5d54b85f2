-- cicd_weekly_flow, version 1
-- By week and repository: lead time, review time, merge rate, run duration, failure rate.
-- owner: developer-relations
--
-- Weeks begin on Monday, UTC. Times and the merge rate are of pull requests that
-- were merged or closed in the week, runs of those created in it. Cancelled and
-- skipped runs neither pass nor fail.

create table cicd_weekly_flow (
    ---------- keys
    week_date            text    not null,  -- its Monday
    repo_id              integer not null,  -- of the runs and pull requests
    ---------- text
    repo_name            text    not null,
    ---------- numbers
    closed_count         integer not null,  -- merged or closed in the week; unit: pull requests
    merged_count         integer not null,  -- of those closed; unit: pull requests
    merge_rate           real,              -- a fraction of 1; null: none was closed
    hours_to_solve       real,              -- mean of the merged ones: the lead time; unit: hours
    hours_to_review      real,              -- mean of the reviewed ones; unit: hours
    run_count            integer not null,  -- created in the week; unit: runs
    judged_run_count     integer not null,  -- passed or failed; unit: runs
    failure_rate         real,              -- a fraction of 1; null: none was judged
    run_seconds          real,              -- mean of the last attempts; unit: seconds
    primary key (week_date, repo_id)
) strict;

with

repos as (
    select repo_id, repo_name from dim_github_repos
),

pull_requests as (
    select
        repo_id,
        cast(date_trunc('week', date(substr(coalesce(merged_at, closed_at), 1, 10))) as varchar)
            as week_date,
        is_merged,
        hours_to_merge,
        hours_to_review
    from fct_pull_requests
    where coalesce(merged_at, closed_at) is not null
),

runs as (
    select
        repo_id,
        cast(date_trunc('week', date(substr(created_at, 1, 10))) as varchar)
            as week_date,
        attempt_seconds,
        case
            when conclusion = 'success' then 0
            when conclusion in ('failure', 'timed_out', 'startup_failure') then 1
        end as is_failed
    from fct_workflow_runs
),

pull_request_weeks as (
    select
        week_date,
        repo_id,
        count(*) as closed_count,
        sum(is_merged) as merged_count,
        avg(hours_to_merge) as hours_to_solve,
        avg(hours_to_review) as hours_to_review
    from pull_requests
    group by week_date, repo_id
),

run_weeks as (
    select
        week_date,
        repo_id,
        count(*) as run_count,
        count(is_failed) as judged_run_count,
        avg(cast(is_failed as double)) as failure_rate,
        avg(cast(attempt_seconds as double)) as run_seconds
    from runs
    group by week_date, repo_id
),

weeks as (
    select week_date, repo_id from pull_request_weeks
    union
    select week_date, repo_id from run_weeks
),

final as (
    select
        weeks.week_date,
        weeks.repo_id,
        repos.repo_name,
        coalesce(pull_request_weeks.closed_count, 0) as closed_count,
        coalesce(pull_request_weeks.merged_count, 0) as merged_count,
        cast(pull_request_weeks.merged_count as double)
        / nullif(pull_request_weeks.closed_count, 0) as merge_rate,
        pull_request_weeks.hours_to_solve,
        pull_request_weeks.hours_to_review,
        coalesce(run_weeks.run_count, 0) as run_count,
        coalesce(run_weeks.judged_run_count, 0) as judged_run_count,
        run_weeks.failure_rate,
        run_weeks.run_seconds
    from weeks
    inner join repos on weeks.repo_id = repos.repo_id
    left join pull_request_weeks
        on
            weeks.week_date = pull_request_weeks.week_date
            and weeks.repo_id = pull_request_weeks.repo_id
    left join run_weeks
        on
            weeks.week_date = run_weeks.week_date
            and weeks.repo_id = run_weeks.repo_id
)

select * from final;
