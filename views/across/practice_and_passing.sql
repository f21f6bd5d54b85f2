-- practice_and_passing, version 1
-- Do active practisers pass more often? One row per group of exams.
-- owner: learning-analytics
--
-- Population: exams with a result and a day, of learners with an address. Active and
-- less active are exams of people whom an address joins to Codetrack, with a week
-- there shortly before the exam; not known are all others, most of whom never
-- were in Codetrack. Weeks and floors stand in dim_settings.
--
-- Not to be read as: practice makes people pass. Who practises differs in cohort,
-- time and experience; the same person may stand in several rows with several exams;
-- a group of few exams says nothing; and not known is no group of people who do not
-- practise.

create view practice_and_passing (
    practice_group,   -- active, less active, not known
    people_count,     -- who sat them; unit: people
    exam_count,       -- passed or failed; unit: exams
    passed_count,     -- of these; unit: exams
    pass_rate,        -- a fraction of 1
    good_week_count,  -- mean over exams; null: not known; unit: weeks
    points            -- mean over exams; null: not known; unit: points
) as
select
    practice_group,
    count(distinct person_id) as people_count,
    count(*) as exam_count,
    sum(is_passed) as passed_count,
    cast(sum(is_passed) as double) / count(*) as pass_rate,
    avg(case when week_count > 0 then cast(good_week_count as double) end) as good_week_count,
    avg(case when week_count > 0 then cast(points as double) end) as points
from fct_exam_practice
group by practice_group
order by practice_group;
