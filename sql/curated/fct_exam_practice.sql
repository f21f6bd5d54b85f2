-- fct_exam_practice, version 1
-- One row per exam that somebody sat, and the weeks of Codetrack practice before it.
-- owner: learning-analytics
--
-- A week counts when it ended before the day of the exam and began not longer before
-- it than practice_days of dim_settings. A good week is one of
-- fct_weekly_scores. Exams of people whom no key joins to Codetrack have no weeks.

create table fct_exam_practice (
    ---------- keys
    exam_attempt_id  text    not null primary key
        references fct_exam_attempts (exam_attempt_id),
    person_id        text    not null references dim_people (person_id),  -- who sat it; pii: id
    ---------- text
    practice_group   text    not null   -- active: so many good weeks as dim_settings says; less active: fewer; not known: no week
        constraint practice_group_is_known
            check (practice_group in ('active', 'less active', 'not known')),
    ---------- numbers
    week_count       integer not null,  -- weeks that Codetrack has; unit: weeks
    good_week_count  integer not null,  -- of these; unit: weeks
    points           integer not null,  -- in these weeks; unit: points
    ---------- booleans
    is_in_codetrack  integer not null   -- 1: a key joins the person to Codetrack
        constraint is_in_codetrack_is_boolean check (is_in_codetrack in (0, 1)),
    is_passed        integer not null   -- 1: passed, 0: failed
        constraint practice_is_passed_is_boolean check (is_passed in (0, 1)),
    ---------- times
    exam_date        text    not null   -- the day of the exam
) strict, without rowid;

create index fct_exam_practice__person on fct_exam_practice (person_id);

with

spans as (
    select cast(setting_value as bigint) as practice_days from dim_settings
    where setting = 'people.practice_days'
),

floors as (
    select setting_value as practice_weeks from dim_settings
    where setting = 'people.practice_weeks'
),

learners as (
    select person_id, learner_id from fct_people_links where learner_id is not null
),

codetrack_learners as (
    select person_id, codetrack_id from fct_people_links where codetrack_id is not null
),

practisers as (
    select distinct person_id from codetrack_learners
),

exams as (
    select
        fct_exam_attempts.exam_attempt_id,
        learners.person_id,
        case when fct_exam_attempts.exam_status = 'Passed' then 1 else 0 end as is_passed,
        substr(fct_exam_attempts.exam_at, 1, 10) as exam_date
    from fct_exam_attempts
    inner join learners on fct_exam_attempts.learner_id = learners.learner_id
    where
        fct_exam_attempts.exam_status in ('Passed', 'Failed')
        and fct_exam_attempts.exam_at is not null
),

-- Of two accounts of a person the better week counts.
weeks as (
    select
        codetrack_learners.person_id,
        fct_weekly_scores.week_date,
        max(fct_weekly_scores.is_good) as is_good,
        max(fct_weekly_scores.points) as points
    from fct_weekly_scores
    inner join codetrack_learners
        on fct_weekly_scores.codetrack_id = codetrack_learners.codetrack_id
    group by codetrack_learners.person_id, fct_weekly_scores.week_date
),

practised as (
    select
        exams.exam_attempt_id,
        count(*) as week_count,
        sum(weeks.is_good) as good_week_count,
        sum(weeks.points) as points
    from exams
    cross join spans
    inner join weeks
        on
            exams.person_id = weeks.person_id
            and weeks.week_date >= date_add('day', -spans.practice_days, date(exams.exam_date))
            and weeks.week_date <= date_add('day', -7, date(exams.exam_date))
    group by exams.exam_attempt_id
),

final as (
    select
        exams.exam_attempt_id,
        exams.person_id,
        case
            when practised.week_count is null then 'not known'
            when practised.good_week_count >= floors.practice_weeks then 'active'
            else 'less active'
        end as practice_group,
        coalesce(practised.week_count, 0) as week_count,
        coalesce(practised.good_week_count, 0) as good_week_count,
        coalesce(practised.points, 0) as points,
        case when practisers.person_id is null then 0 else 1 end as is_in_codetrack,
        exams.is_passed,
        exams.exam_date
    from exams
    cross join floors
    left join practised on exams.exam_attempt_id = practised.exam_attempt_id
    left join practisers on exams.person_id = practisers.person_id
)

select * from final;
