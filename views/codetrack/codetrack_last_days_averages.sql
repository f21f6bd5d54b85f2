-- codetrack_last_days_averages, version 1
-- The means of the class over all weeks of the last days.
-- owner: learning-analytics
-- param as_of: date = 2024-05-05; the last day
-- param days: integer = 30 >= 0; how many days before it

select
    floor(avg(cast(points as double)) * 1e2 + 5e-1) / 1e2 as points,
    floor(avg(cast(commits as double)) * 1e2 + 5e-1) / 1e2 as commits
from fct_weekly_scores
where
    week_date <= :as_of
    and week_date >= cast(date_add('day', -:days, :as_of) as varchar)
order by points;
