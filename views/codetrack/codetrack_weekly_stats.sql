-- codetrack_weekly_stats, version 1
-- One row per learner and week: points and commits.
-- owner: learning-analytics
--
-- The columns of the Parquet dataset before it. cohort is that of the day; a week
-- that only one of the two lists has counts 0 for the other.

create view codetrack_weekly_stats (
    date,      -- UTC day on which the week begins
    year,      -- of date
    month,     -- of date, 1 to 12
    day,       -- of date, 1 to 31
    email,
    cohort,    -- text: 11.30 is not 11.3
    id,        -- Codetrack's
    points,    -- unit: points
    commits    -- unit: commits
) as
select
    fct_weekly_scores.week_date as date,
    cast(substr(fct_weekly_scores.week_date, 1, 4) as bigint) as year,
    cast(substr(fct_weekly_scores.week_date, 6, 2) as bigint) as month,
    cast(substr(fct_weekly_scores.week_date, 9, 2) as bigint) as day,
    dim_codetrack_learners.email,
    fct_weekly_scores.cohort,
    fct_weekly_scores.codetrack_id as id,
    fct_weekly_scores.points,
    fct_weekly_scores.commits
from fct_weekly_scores
inner join dim_codetrack_learners
    on fct_weekly_scores.codetrack_id = dim_codetrack_learners.codetrack_id
order by fct_weekly_scores.week_date, fct_weekly_scores.codetrack_id;
