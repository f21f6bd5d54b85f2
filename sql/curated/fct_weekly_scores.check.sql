-- check: weeks_begin_on_monday
-- severity: warn
-- Scores roll over on Monday at midnight; another day is a change of the service.
select codetrack_id, week_date from fct_weekly_scores
where day_of_week(date(week_date)) <> 1;

-- check: nothing_is_negative
-- severity: warn
select codetrack_id, week_date from fct_weekly_scores
where points < 0 or commits < 0;

-- check: every_week_is_kept
select stg_codetrack__weekly_scores.row_id
from stg_codetrack__weekly_scores
left join fct_weekly_scores
    on
        stg_codetrack__weekly_scores.codetrack_id = fct_weekly_scores.codetrack_id
        and stg_codetrack__weekly_scores.week_date = fct_weekly_scores.week_date
inner join dim_codetrack_learners
    on stg_codetrack__weekly_scores.codetrack_id = dim_codetrack_learners.codetrack_id
where fct_weekly_scores.codetrack_id is null;

-- check: everybody_has_the_latest_week
-- severity: warn
-- A learner of the roster without the latest week does not practise, or the
-- account is the wrong one.
select dim_codetrack_learners.codetrack_id
from dim_codetrack_learners
cross join (
    select max(week_date) as week_date from fct_weekly_scores
) as latest
left join fct_weekly_scores
    on
        dim_codetrack_learners.codetrack_id = fct_weekly_scores.codetrack_id
        and latest.week_date = fct_weekly_scores.week_date
where
    dim_codetrack_learners.is_listed = 1
    and latest.week_date is not null
    and fct_weekly_scores.codetrack_id is null;
