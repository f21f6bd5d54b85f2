-- codetrack_learners_to_celebrate, version 1
-- Who of the roster deserves a word after the latest week, and why.
-- owner: learning-analytics
--
-- A good week that is the last of several in a row, or far above the own mean;
-- dim_settings has the numbers.

create view codetrack_learners_to_celebrate (
    email,
    cohort,
    points,          -- unit: points
    weeks_good,      -- in a row; unit: weeks
    change_percent,  -- against the own mean; null: no mean; unit: percent
    reason           -- streak, rise, or both
) as
with

latest as (
    select max(week_date) as week_date from fct_weekly_scores
),

weeks as (
    select
        dim_codetrack_learners.email,
        fct_weekly_scores.cohort,
        fct_weekly_scores.points,
        fct_weekly_scores.span_week_count as weeks_good,
        fct_weekly_scores.change_percent,
        case
            when fct_weekly_scores.span_week_count >= streaks.setting_value then 1
            else 0
        end as is_streak,
        case
            when fct_weekly_scores.change_percent >= rises.setting_value then 1
            else 0
        end as is_rise
    from fct_weekly_scores
    inner join latest on fct_weekly_scores.week_date = latest.week_date
    inner join dim_codetrack_learners
        on fct_weekly_scores.codetrack_id = dim_codetrack_learners.codetrack_id
    inner join dim_settings as streaks on streaks.setting = 'codetrack.celebrate_weeks'
    inner join dim_settings as rises on rises.setting = 'codetrack.celebrate_change'
    where
        fct_weekly_scores.is_good = 1
        and dim_codetrack_learners.is_listed = 1
)

select
    email,
    cohort,
    points,
    weeks_good,
    change_percent,
    case
        when is_streak = 1 and is_rise = 1 then 'streak and rise'
        when is_streak = 1 then 'streak'
        else 'rise'
    end as reason
from weeks
where is_streak = 1 or is_rise = 1
order by points desc, email;
