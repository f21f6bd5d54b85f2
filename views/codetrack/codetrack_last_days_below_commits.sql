-- codetrack_last_days_below_commits, version 1
-- Whose weeks of the last days did not reach the commits of a good week, on average.
-- owner: learning-analytics
-- param as_of: date = 2024-05-05; the last day
-- param days: integer = 30 >= 0; how many days before it
-- param threshold: integer = null; null: that of dim_settings

select
    dim_codetrack_learners.email,
    floor(avg(cast(fct_weekly_scores.commits as double)) * 1e2 + 5e-1) / 1e2 as commits
from fct_weekly_scores
inner join dim_codetrack_learners
    on fct_weekly_scores.codetrack_id = dim_codetrack_learners.codetrack_id
inner join dim_settings on dim_settings.setting = 'codetrack.commits'
where
    fct_weekly_scores.week_date <= :as_of
    and fct_weekly_scores.week_date >= cast(date_add('day', -:days, :as_of) as varchar)
group by dim_codetrack_learners.codetrack_id, dim_codetrack_learners.email
having
    avg(cast(fct_weekly_scores.commits as double))
    < coalesce(:threshold, max(dim_settings.setting_value))
order by commits desc, dim_codetrack_learners.email;
