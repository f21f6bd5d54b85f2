-- cicd_workflow_runs, version 1
-- Workflow runs in their last attempt.
-- owner: developer-relations

create view cicd_workflow_runs (
    workflow_run_id,
    workflow_run_url,
    workflow_run_event,
    workflow_run_status,
    workflow_run_conclusion,  -- null until completed
    created_at,
    updated_at,
    repo_id,
    workflow_run_duration     -- null until completed; unit: seconds
) as
select
    workflow_run_id,
    html_url as workflow_run_url,
    event as workflow_run_event,
    status as workflow_run_status,
    conclusion as workflow_run_conclusion,
    created_at,
    updated_at,
    repo_id,
    duration_seconds as workflow_run_duration
from fct_workflow_runs
order by created_at, workflow_run_id;
