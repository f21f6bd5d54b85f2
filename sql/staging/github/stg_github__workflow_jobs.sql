-- stg_github__workflow_jobs, version 1
-- One row per job of a workflow run, as it was seen last.
-- owner: developer-relations

create view stg_github__workflow_jobs (
    row_id,
    source_offset,
    configured_name,
    job_id,
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
    created_at,
    started_at,
    completed_at,
    seen_at
) as
with

versions as (
    select
        row_id,
        source_offset,
        repository as configured_name,
        job_id,
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
        created_at,
        started_at,
        completed_at,
        seen_at,
        row_number() over (
            partition by job_id
            order by seen_at desc nulls last, row_id desc nulls last
        ) as version_number
    from raw_github__workflow_jobs
)

select
    row_id,
    source_offset,
    configured_name,
    job_id,
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
    created_at,
    started_at,
    completed_at,
    seen_at
from versions
where version_number = 1;
