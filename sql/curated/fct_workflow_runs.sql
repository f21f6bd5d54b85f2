-- fct_workflow_runs, version 1
-- One row per workflow run, in its last attempt.
-- owner: developer-relations
--
-- duration_seconds is from created_at to updated_at, as the dashboards have it; that of
-- a second attempt holds the time between the attempts. attempt_seconds is of the
-- last attempt alone. Both are null until the run is completed.

create table fct_workflow_runs (
    ---------- keys
    workflow_run_id      integer primary key,  -- GitHub's
    repo_id              integer not null references dim_github_repos (repo_id),
    user_id              integer               -- who started it; null: not said; pii: id
        references dim_github_users (user_id),
    workflow_id          integer,
    check_suite_id       integer,
    ---------- text
    name                 text,
    node_id              text,
    check_suite_node_id  text,
    display_title        text,                 -- pii: text
    path                 text,
    head_branch          text,
    head_sha             text,
    event                text,
    status               text,
    conclusion           text,                 -- null until completed
    api_url              text,
    html_url             text,
    ---------- numbers
    run_number           integer,
    run_attempt          integer not null,
    duration_seconds     integer,              -- created_at to updated_at; null until completed; unit: seconds
    attempt_seconds      integer,              -- of the last attempt alone; null until completed; unit: seconds
    ---------- times (UTC, ISO 8601)
    created_at           text    not null,
    updated_at           text    not null,
    run_started_at       text
) strict;

create index fct_workflow_runs__repo on fct_workflow_runs (repo_id);
create index fct_workflow_runs__user on fct_workflow_runs (user_id);

with

workflow_runs as (
    select
        run_id,
        configured_name,
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
        created_at,
        updated_at,
        run_started_at
    from stg_github__workflow_runs
),

repos as (
    select distinct configured_name, repo_id from stg_github__repositories
),

attempts as (
    select
        run_id,
        run_attempt,
        row_number() over (
            partition by run_id
            order by run_attempt desc nulls last, updated_at desc nulls last
        ) as place
    from workflow_runs
),

final as (
    select
        workflow_runs.run_id as workflow_run_id,
        repos.repo_id,
        case
            when workflow_runs.actor_login is not null then workflow_runs.actor_id
        end as user_id,
        workflow_runs.workflow_id,
        workflow_runs.check_suite_id,
        workflow_runs.name,
        workflow_runs.node_id,
        workflow_runs.check_suite_node_id,
        workflow_runs.display_title,
        workflow_runs.path,
        workflow_runs.head_branch,
        workflow_runs.head_sha,
        workflow_runs.event,
        workflow_runs.status,
        workflow_runs.conclusion,
        workflow_runs.api_url,
        workflow_runs.html_url,
        workflow_runs.run_number,
        workflow_runs.run_attempt,
        case
            when workflow_runs.status = 'completed' then date_diff(
                'second',
                from_iso8601_timestamp(workflow_runs.created_at),
                from_iso8601_timestamp(workflow_runs.updated_at)
            )
        end as duration_seconds,
        case
            when workflow_runs.status = 'completed' then date_diff(
                'second',
                from_iso8601_timestamp(workflow_runs.run_started_at),
                from_iso8601_timestamp(workflow_runs.updated_at)
            )
        end as attempt_seconds,
        workflow_runs.created_at,
        workflow_runs.updated_at,
        workflow_runs.run_started_at
    from workflow_runs
    inner join attempts
        on
            workflow_runs.run_id = attempts.run_id
            and workflow_runs.run_attempt = attempts.run_attempt
            and attempts.place = 1
    inner join repos on workflow_runs.configured_name = repos.configured_name
)

select * from final;
