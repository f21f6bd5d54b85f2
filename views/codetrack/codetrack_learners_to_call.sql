-- codetrack_learners_to_call, version 1
-- Who of the roster may need help after the latest week, and why.
-- owner: learning-analytics
--
-- Several weeks below the points in a row, far below the own mean, or no latest
-- week at all; dim_settings has the numbers. A reason to ask, never a
-- judgement: illness, holidays and another account look the same.

create view codetrack_learners_to_call (
    email,
    cohort,
    points,          -- null: no latest week; unit: points
    weeks_below,     -- in a row; null: no latest week; unit: weeks
    change_percent,  -- against the own mean; null: no mean; unit: percent
    reason           -- absent, below, fall, or below and fall
) as
with

latest as (
    select max(week_date) as week_date from fct_weekly_scores
),

weeks as (
    select
        dim_codetrack_learners.email,
        dim_codetrack_learners.cohort,
        fct_weekly_scores.points,
        case
            when fct_weekly_scores.is_good = 0 then fct_weekly_scores.span_week_count
            when fct_weekly_scores.is_good = 1 then 0
        end as weeks_below,
        fct_weekly_scores.change_percent,
        case
            when
                fct_weekly_scores.is_good = 0
                and fct_weekly_scores.span_week_count >= spans.setting_value
                then 1
            else 0
        end as is_below,
        case
            when fct_weekly_scores.change_percent <= -falls.setting_value then 1
            else 0
        end as is_fall
    from dim_codetrack_learners
    inner join latest on latest.week_date is not null
    inner join dim_settings as spans on spans.setting = 'codetrack.call_weeks'
    inner join dim_settings as falls on falls.setting = 'codetrack.call_change'
    left join fct_weekly_scores
        on
            dim_codetrack_learners.codetrack_id = fct_weekly_scores.codetrack_id
            and latest.week_date = fct_weekly_scores.week_date
    where dim_codetrack_learners.is_listed = 1
)

select
    email,
    cohort,
    points,
    weeks_below,
    change_percent,
    case
        when points is null then 'absent'
        when is_below = 1 and is_fall = 1 then 'below and fall'
        when is_below = 1 then 'below'
        else 'fall'
    end as reason
from weeks
where points is null or is_below = 1 or is_fall = 1
order by points nulls first, email;
