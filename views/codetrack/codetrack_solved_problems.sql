-- codetrack_solved_problems, version 1
-- The problems that learners solved between two days, both included.
-- owner: learning-analytics
-- param from: date = 2024-04-25; the first day
-- param to: date = 2024-05-01 >= from; the last day
-- param utc_offset_minutes: integer = 0; the zone of the days: -240 is New York in summer

with

problems as (
    select
        codetrack_id,
        problem_url,
        substr(
            cast(date_add('minute', :utc_offset_minutes, solved_at) as varchar), 1, 10
        ) as date
    from fct_solved_problems
)

select
    dim_codetrack_learners.email,
    problems.date,
    problems.problem_url as url
from problems
inner join dim_codetrack_learners
    on problems.codetrack_id = dim_codetrack_learners.codetrack_id
where problems.date >= :from and problems.date <= :to
order by dim_codetrack_learners.email, problems.date, url;
