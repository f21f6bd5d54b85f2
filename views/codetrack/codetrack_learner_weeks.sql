-- codetrack_learner_weeks, version 1
-- One row per learner and week: against the own four weeks before, and how long it goes on.
-- owner: learning-analytics

create view codetrack_learner_weeks (
    date,
    email,
    cohort,
    points,          -- unit: points
    mean_points,     -- of the own weeks in the 28 days before; unit: points
    points_change,   -- against that mean; unit: points
    change_percent,  -- the same; unit: percent
    weeks_good,      -- good weeks in a row up to this one; unit: weeks
    weeks_below      -- weeks below the points in a row up to this one; unit: weeks
) as
select
    fct_weekly_scores.week_date as date,
    dim_codetrack_learners.email,
    fct_weekly_scores.cohort,
    fct_weekly_scores.points,
    fct_weekly_scores.mean_points,
    fct_weekly_scores.points_change,
    fct_weekly_scores.change_percent,
    case when fct_weekly_scores.is_good = 1 then fct_weekly_scores.span_week_count else 0 end
        as weeks_good,
    case when fct_weekly_scores.is_good = 0 then fct_weekly_scores.span_week_count else 0 end
        as weeks_below
from fct_weekly_scores
inner join dim_codetrack_learners
    on fct_weekly_scores.codetrack_id = dim_codetrack_learners.codetrack_id
order by fct_weekly_scores.week_date, fct_weekly_scores.codetrack_id;
