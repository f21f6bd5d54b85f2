-- check: a_completed_run_has_a_conclusion
select workflow_run_id
from fct_workflow_runs
where status = 'completed' and conclusion is null;

-- check: every_job_is_kept
-- severity: warn
-- Jobs whose run is not here are of a list that was cut; the next sync brings it.
select stg_github__workflow_jobs.job_id
from stg_github__workflow_jobs
where
    stg_github__workflow_jobs.job_id not in (
        select fct_workflow_jobs.workflow_job_id from fct_workflow_jobs
    );
