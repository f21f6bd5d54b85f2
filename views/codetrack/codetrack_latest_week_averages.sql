-- codetrack_latest_week_averages, version 1
-- One row: the class in the latest week.
-- owner: learning-analytics

create view codetrack_latest_week_averages (
    points,  -- mean, rounded to 2 places; unit: points
    commits  -- mean, rounded to 2 places; unit: commits
) as
with

latest as (
    select max(week_date) as week_date from fct_weekly_scores
)

select
    floor(avg(cast(fct_weekly_scores.points as double)) * 1e2 + 5e-1) / 1e2 as points,
    floor(avg(cast(fct_weekly_scores.commits as double)) * 1e2 + 5e-1) / 1e2 as commits
from fct_weekly_scores
inner join latest on fct_weekly_scores.week_date = latest.week_date
order by points;
