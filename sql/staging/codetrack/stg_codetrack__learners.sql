-- stg_codetrack__learners, version 1
-- One row per row of each roster that was read: the newest and those before it.
-- owner: learning-analytics
--
-- Older ones stay: they are the history of cohorts.

create view stg_codetrack__learners (
    row_id,
    source_offset,
    email,
    name,
    codetrack_id,
    cohort,
    leetcode_id,
    seen_at
) as
select
    row_id,
    source_offset,
    email,
    name,
    codetrack_id,
    cohort,
    leetcode_id,
    seen_at
from raw_codetrack__learners;
