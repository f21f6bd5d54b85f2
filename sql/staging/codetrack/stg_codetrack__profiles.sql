-- stg_codetrack__profiles, version 1
-- One row per learner: the totals that were seen last.
-- owner: learning-analytics

create view stg_codetrack__profiles (
    row_id,
    source_offset,
    codetrack_id,
    as_of,
    free_code_camp_points,
    codewars_honor,
    leetcode_points
) as
with

versions as (
    select
        row_id,
        source_offset,
        codetrack_id,
        as_of,
        free_code_camp_points,
        honor as codewars_honor,
        leetcode_points,
        row_number() over (
            partition by codetrack_id
            order by as_of desc nulls last, row_id desc nulls last
        ) as version_number
    from raw_codetrack__profiles
)

select
    row_id,
    source_offset,
    codetrack_id,
    as_of,
    free_code_camp_points,
    codewars_honor,
    leetcode_points
from versions
where version_number = 1;
