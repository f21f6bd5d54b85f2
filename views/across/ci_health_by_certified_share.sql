-- ci_health_by_certified_share, version 1
-- CI health by share of certified authors: one row per band of repositories' months.
-- owner: developer-relations
--
-- Population: months of the repositories that are read in which an account that is
-- no bot committed, and their workflow runs; cancelled and skipped runs neither pass
-- nor fail. A person is certified from the day after the first exam passed.
--
-- Not to be read as: certified authors break fewer builds. Runs are of all who push,
-- bots too, not of the authors counted; repositories differ in size, tests and age,
-- and one with many runs decides its band. Authors whose account no address leads
-- to count as not certified, so shares are too low rather than too high.

create view ci_health_by_certified_share (
    certified_band,      -- none; below half; half and more
    repo_count,          -- with such months; unit: repositories
    repo_month_count,    -- months of a repository; unit: months
    run_count,           -- workflow runs of these months; unit: runs
    judged_run_count,    -- passed or failed; unit: runs
    failure_rate,        -- a fraction of 1; null: no run was judged
    median_failure_rate  -- of the months, each counted once; null: no run was judged
) as
with

banded as (
    select
        repo_id,
        run_count,
        judged_run_count,
        failed_run_count,
        case
            when certified_author_count = 0 then 'none'
            when certified_share < 0.5 then 'below half'
            else 'half and more'
        end as certified_band,
        cast(failed_run_count as double) / nullif(judged_run_count, 0) as failure_rate
    from fct_repo_months
    where author_count > 0
),

placed as (
    select
        certified_band,
        failure_rate,
        row_number() over (partition by certified_band order by failure_rate) as place,
        count(*) over (partition by certified_band) as month_count
    from banded
    where failure_rate is not null
),

medians as (
    select certified_band, avg(failure_rate) as median_failure_rate
    from placed
    where place in ((month_count + 1) / 2, (month_count + 2) / 2)
    group by certified_band
),

bands as (
    select
        certified_band,
        count(distinct repo_id) as repo_count,
        count(*) as repo_month_count,
        sum(run_count) as run_count,
        sum(judged_run_count) as judged_run_count,
        cast(sum(failed_run_count) as double) / nullif(sum(judged_run_count), 0) as failure_rate
    from banded
    group by certified_band
)

select
    bands.certified_band,
    bands.repo_count,
    bands.repo_month_count,
    bands.run_count,
    bands.judged_run_count,
    bands.failure_rate,
    medians.median_failure_rate
from bands
left join medians on bands.certified_band = medians.certified_band
order by bands.certified_band;
