-- codetrack_latest_week_above_commits, version 1
-- Who reached the commits of a good week in the latest week.
-- owner: learning-analytics

create view codetrack_latest_week_above_commits (
    email,
    commits  -- unit: commits
) as
with

latest as (
    select max(week_date) as week_date from fct_weekly_scores
)

select
    dim_codetrack_learners.email,
    fct_weekly_scores.commits
from fct_weekly_scores
inner join latest on fct_weekly_scores.week_date = latest.week_date
inner join dim_codetrack_learners
    on fct_weekly_scores.codetrack_id = dim_codetrack_learners.codetrack_id
inner join dim_settings on dim_settings.setting = 'codetrack.commits'
where fct_weekly_scores.commits >= dim_settings.setting_value
order by fct_weekly_scores.commits desc, dim_codetrack_learners.email;
