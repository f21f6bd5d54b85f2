-- codetrack_latest_week_below_points, version 1
-- Who did not reach the points of a good week in the latest week.
-- owner: learning-analytics

create view codetrack_latest_week_below_points (
    email,
    points  -- unit: points
) as
with

latest as (
    select max(week_date) as week_date from fct_weekly_scores
)

select
    dim_codetrack_learners.email,
    fct_weekly_scores.points
from fct_weekly_scores
inner join latest on fct_weekly_scores.week_date = latest.week_date
inner join dim_codetrack_learners
    on fct_weekly_scores.codetrack_id = dim_codetrack_learners.codetrack_id
inner join dim_settings on dim_settings.setting = 'codetrack.points'
where fct_weekly_scores.points < dim_settings.setting_value
order by fct_weekly_scores.points desc, dim_codetrack_learners.email;
