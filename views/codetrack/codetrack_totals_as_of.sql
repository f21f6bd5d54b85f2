-- codetrack_totals_as_of, version 1
-- What each learner had reached on a day: all weeks up to it.
-- owner: learning-analytics
-- param as_of: date = 2024-05-01; the last day

select
    dim_codetrack_learners.email,
    sum(fct_weekly_scores.points) as points,
    sum(fct_weekly_scores.commits) as commits
from fct_weekly_scores
inner join dim_codetrack_learners
    on fct_weekly_scores.codetrack_id = dim_codetrack_learners.codetrack_id
where fct_weekly_scores.week_date <= :as_of
group by dim_codetrack_learners.codetrack_id, dim_codetrack_learners.email
order by dim_codetrack_learners.email;
