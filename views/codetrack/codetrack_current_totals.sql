-- codetrack_current_totals, version 1
-- The score of each learner of the roster: freeCodeCamp, Codewars and LeetCode together.
-- owner: learning-analytics

create view codetrack_current_totals (
    email,
    score  -- unit: points
) as
select
    dim_codetrack_learners.email,
    fct_codetrack_totals.score
from fct_codetrack_totals
inner join dim_codetrack_learners
    on fct_codetrack_totals.codetrack_id = dim_codetrack_learners.codetrack_id
where dim_codetrack_learners.is_listed = 1
order by dim_codetrack_learners.codetrack_id;
