-- fct_workflow_jobs, version 1
-- One row per job of a workflow run, of every attempt.
-- owner: developer-relations
--
-- A job whose run is not known here yet waits until the run is.

create table fct_workflow_jobs (
    ---------- keys
    workflow_job_id   integer primary key,  -- GitHub's
    workflow_run_id   integer not null references fct_workflow_runs (workflow_run_id),
    repo_id           integer not null references dim_github_repos (repo_id),
    runner_id         integer,
    runner_group_id   integer,
    ---------- text
    name              text,
    node_id           text,
    workflow_name     text,
    head_sha          text,
    status            text,
    conclusion        text,                 -- null until completed
    runner_name       text,
    labels            text,                 -- json list
    steps             text,                 -- json list
    api_url           text,
    html_url          text,
    run_url           text,
    check_run_url     text,
    ---------- numbers
    run_attempt       integer not null,
    step_count        integer,
    duration_seconds  integer,              -- null until completed; unit: seconds
    ---------- times (UTC, ISO 8601)
    started_at        text,
    completed_at      text
) strict;

create index fct_workflow_jobs__workflow_run on fct_workflow_jobs (workflow_run_id);
create index fct_workflow_jobs__repo on fct_workflow_jobs (repo_id);

with

workflow_jobs as (
    select
        job_id,
        configured_name,
        run_id,
        run_attempt,
        name,
        node_id,
        head_sha,
        api_url,
        html_url,
        run_url,
        check_run_url,
        status,
        conclusion,
        workflow_name,
        runner_id,
        runner_name,
        runner_group_id,
        labels,
        steps,
        step_count,
        started_at,
        completed_at
    from stg_github__workflow_jobs
),

runs as (
    select workflow_run_id from fct_workflow_runs
),

repos as (
    select distinct configured_name, repo_id from stg_github__repositories
),

final as (
    select
        workflow_jobs.job_id as workflow_job_id,
        workflow_jobs.run_id as workflow_run_id,
        repos.repo_id,
        workflow_jobs.runner_id,
        workflow_jobs.runner_group_id,
        workflow_jobs.name,
        workflow_jobs.node_id,
        workflow_jobs.workflow_name,
        workflow_jobs.head_sha,
        workflow_jobs.status,
        workflow_jobs.conclusion,
        workflow_jobs.runner_name,
        workflow_jobs.labels,
        workflow_jobs.steps,
        workflow_jobs.api_url,
        workflow_jobs.html_url,
        workflow_jobs.run_url,
        workflow_jobs.check_run_url,
        workflow_jobs.run_attempt,
        workflow_jobs.step_count,
        date_diff(
            'second',
            from_iso8601_timestamp(workflow_jobs.started_at),
            from_iso8601_timestamp(workflow_jobs.completed_at)
        ) as duration_seconds,
        workflow_jobs.started_at,
        workflow_jobs.completed_at
    from workflow_jobs
    inner join runs on workflow_jobs.run_id = runs.workflow_run_id
    inner join repos on workflow_jobs.configured_name = repos.configured_name
)

select * from final;
