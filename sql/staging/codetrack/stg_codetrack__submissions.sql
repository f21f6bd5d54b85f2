-- stg_codetrack__submissions, version 1
-- One row per solved problem of a LeetCode user.
-- owner: learning-analytics

create view stg_codetrack__submissions (
    row_id,
    source_offset,
    leetcode_id,
    codetrack_id,
    submission_id,
    title,
    title_slug,
    solved_at,
    seen_at
) as
with

versions as (
    select
        row_id,
        source_offset,
        leetcode_id,
        codetrack_id,
        submission_id,
        title,
        title_slug,
        solved_at,
        seen_at,
        row_number() over (
            partition by leetcode_id, submission_id
            order by seen_at desc nulls last, row_id desc nulls last
        ) as version_number
    from raw_codetrack__submissions
)

select
    row_id,
    source_offset,
    leetcode_id,
    codetrack_id,
    submission_id,
    title,
    title_slug,
    solved_at,
    seen_at
from versions
where version_number = 1;
