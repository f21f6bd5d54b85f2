-- fct_weekly_scores, version 1
-- One row per learner and week: points and commits, and how they compare.
-- owner: learning-analytics
--
-- A week that only one of the two lists has counts 0 for the other. The cohort
-- is that of the day; before the first roster it is the first one. The own mean
-- is that of the learner's weeks in the 28 days before. A week is good when it
-- reaches the points of dim_settings; spans of good and of other weeks
-- end where a week is missing.
-- on orphan codetrack_id: quarantine

create table fct_weekly_scores (
    ---------- keys
    codetrack_id      integer not null references dim_codetrack_learners (codetrack_id),  -- the learner; pii: id
    week_date         text    not null,  -- UTC day on which the week begins
    ---------- text
    cohort            text,              -- null: no roster has the learner
    ---------- numbers
    points            integer not null,  -- of the week; 0: none, or not in the list; unit: points
    commits           integer not null,  -- of the week; 0: none, or not in the list; unit: commits
    mean_points       real,              -- own mean before; null: no week before; unit: points
    mean_week_count   integer not null   -- weeks in it
        constraint mean_week_count_is_four_at_most check (mean_week_count between 0 and 4),
    points_change     real,              -- against the own mean; unit: points
    change_percent    real,              -- the same; null: no mean, or 0; unit: percent
    span_week_count   integer not null   -- weeks like this one in a row, up to it
        constraint span_week_count_is_positive check (span_week_count >= 1),
    ---------- booleans
    has_points        integer not null   -- the list of points has the week
        constraint has_points_is_boolean check (has_points in (0, 1)),
    has_commits       integer not null   -- the list of commits has the week
        constraint has_commits_is_boolean check (has_commits in (0, 1)),
    is_good           integer not null   -- 1: reaches the points of dim_settings
        constraint is_good_is_boolean check (is_good in (0, 1)),
    primary key (codetrack_id, week_date)
) strict;
create index fct_weekly_scores__week_date on fct_weekly_scores (week_date);

with

scores as (
    select codetrack_id, week_date, points from stg_codetrack__weekly_scores
),

commit_weeks as (
    select codetrack_id, week_date, commits from stg_codetrack__weekly_commits
),

settings as (
    select setting_value as good_points from dim_settings
    where setting = 'codetrack.points'
),

cohort_days as (
    select
        codetrack_id,
        cohort,
        row_number() over (
            partition by codetrack_id order by valid_from nulls last
        ) as place,
        substr(valid_from, 1, 10) as from_day,
        substr(coalesce(valid_to, '9999-12-31'), 1, 10) as to_day
    from dim_codetrack_cohorts
),

cohorts as (
    select
        codetrack_id,
        cohort,
        case when place = 1 then '0001-01-01' else from_day end as from_day,
        to_day
    from cohort_days
),

weeks as (
    select codetrack_id, week_date from scores
    union
    select codetrack_id, week_date from commit_weeks
),

joined as (
    select
        weeks.codetrack_id,
        weeks.week_date,
        coalesce(scores.points, 0) as points,
        coalesce(commit_weeks.commits, 0) as commits,
        case when scores.points is null then 0 else 1 end as has_points,
        case when commit_weeks.commits is null then 0 else 1 end as has_commits,
        case
            when coalesce(scores.points, 0) >= settings.good_points then 1
            else 0
        end as is_good
    from weeks
    cross join settings
    left join scores
        on
            weeks.codetrack_id = scores.codetrack_id
            and weeks.week_date = scores.week_date
    left join commit_weeks
        on
            weeks.codetrack_id = commit_weeks.codetrack_id
            and weeks.week_date = commit_weeks.week_date
),

begins as (
    select
        codetrack_id,
        week_date,
        points,
        commits,
        has_points,
        has_commits,
        is_good,
        case
            when
                lag(is_good) over (
                    partition by codetrack_id order by week_date nulls last
                ) = is_good
                and lag(week_date) over (
                    partition by codetrack_id order by week_date nulls last
                ) >= cast(date_add('day', -7, date(week_date)) as varchar)
                then 0
            else 1
        end as is_begin
    from joined
),

spans as (
    select
        codetrack_id,
        week_date,
        points,
        commits,
        has_points,
        has_commits,
        is_good,
        sum(is_begin) over (
            partition by codetrack_id order by week_date nulls last
        ) as span_number
    from begins
),

counted as (
    select
        codetrack_id,
        week_date,
        points,
        commits,
        has_points,
        has_commits,
        is_good,
        row_number() over (
            partition by codetrack_id, span_number order by week_date nulls last
        ) as span_week_count
    from spans
),

means as (
    select
        joined.codetrack_id,
        joined.week_date,
        avg(cast(earlier.points as double)) as mean_points,
        count(*) as mean_week_count
    from joined
    inner join joined as earlier
        on
            joined.codetrack_id = earlier.codetrack_id
            and joined.week_date > earlier.week_date
            and earlier.week_date
            >= cast(date_add('day', -28, date(joined.week_date)) as varchar)
    group by joined.codetrack_id, joined.week_date
),

final as (
    select
        counted.codetrack_id,
        counted.week_date,
        cohorts.cohort,
        counted.points,
        counted.commits,
        means.mean_points,
        coalesce(means.mean_week_count, 0) as mean_week_count,
        cast(counted.points as double) - means.mean_points as points_change,
        (cast(counted.points as double) - means.mean_points)
        * 1e2 / nullif(means.mean_points, 0e0) as change_percent,
        counted.span_week_count,
        counted.has_points,
        counted.has_commits,
        counted.is_good
    from counted
    left join cohorts
        on
            counted.codetrack_id = cohorts.codetrack_id
            and counted.week_date >= cohorts.from_day
            and counted.week_date < cohorts.to_day
    left join means
        on
            counted.codetrack_id = means.codetrack_id
            and counted.week_date = means.week_date
)

select * from final;
