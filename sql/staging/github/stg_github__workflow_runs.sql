-- stg_github__workflow_runs, version 1
-- One row per attempt of a workflow run, as it was last updated.
-- owner: developer-relations

create view stg_github__workflow_runs (
    row_id,
    source_offset,
    configured_name,
    run_id,
    run_attempt,
    name,
    node_id,
    head_branch,
    head_sha,
    path,
    run_number,
    event,
    status,
    conclusion,
    workflow_id,
    check_suite_id,
    check_suite_node_id,
    display_title,
    api_url,
    html_url,
    actor_id,
    actor_login,
    actor_avatar_url,
    actor_html_url,
    repo_id,
    created_at,
    updated_at,
    run_started_at,
    seen_at
) as
with

versions as (
    select
        row_id,
        source_offset,
        repository as configured_name,
        run_id,
        run_attempt,
        name,
        node_id,
        head_branch,
        head_sha,
        path,
        run_number,
        event,
        status,
        conclusion,
        workflow_id,
        check_suite_id,
        check_suite_node_id,
        display_title,
        api_url,
        html_url,
        actor_id,
        actor_login,
        actor_avatar_url,
        actor_html_url,
        repo_id,
        created_at,
        updated_at,
        run_started_at,
        seen_at,
        row_number() over (
            partition by run_id, run_attempt
            order by updated_at desc nulls last, seen_at desc nulls last, row_id desc nulls last
        ) as version_number
    from raw_github__workflow_runs
)

select
    row_id,
    source_offset,
    configured_name,
    run_id,
    run_attempt,
    name,
    node_id,
    head_branch,
    head_sha,
    path,
    run_number,
    event,
    status,
    conclusion,
    workflow_id,
    check_suite_id,
    check_suite_node_id,
    display_title,
    api_url,
    html_url,
    actor_id,
    actor_login,
    actor_avatar_url,
    actor_html_url,
    repo_id,
    created_at,
    updated_at,
    run_started_at,
    seen_at
from versions
where version_number = 1;
