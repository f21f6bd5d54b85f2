-- codetrack_last_days, version 1
-- The means of each learner's weeks in the last days.
-- owner: learning-analytics
-- param as_of: date = 2024-05-05; the last day
-- param days: integer = 30 >= 0; how many days before it

select
    dim_codetrack_learners.email,
    floor(avg(cast(fct_weekly_scores.points as double)) * 1e2 + 5e-1) / 1e2 as avg_points,
    floor(avg(cast(fct_weekly_scores.commits as double)) * 1e2 + 5e-1) / 1e2 as avg_commits
from fct_weekly_scores
inner join dim_codetrack_learners
    on fct_weekly_scores.codetrack_id = dim_codetrack_learners.codetrack_id
where
    fct_weekly_scores.week_date <= :as_of
    and fct_weekly_scores.week_date >= cast(date_add('day', -:days, :as_of) as varchar)
group by dim_codetrack_learners.codetrack_id, dim_codetrack_learners.email
order by dim_codetrack_learners.email;
