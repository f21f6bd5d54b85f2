-- stg_learning_roi__exams_absent, version 1
-- One row per exam that nobody came to. said_moment sorts by time.
-- owner: learning-analytics

create view stg_learning_roi__exams_absent (
    row_id,
    eligibility_id,
    user_handle,
    exam_code,
    exam_name,
    exam_at,
    said_moment
) as
select
    row_id,
    nullif(trim(eligibility_id), '') as eligibility_id,
    nullif(trim(user_handle), '') as user_handle,
    nullif(trim(exam_code), '') as exam_code,
    nullif(trim(exam_name), '') as exam_name,
    case
        when length(absent_on) = 10 then absent_on || 'T00:00:00Z'
        when length(absent_on) >= 19
            then substr(absent_on, 1, 10) || 'T' || substr(absent_on, 12, 8) || 'Z'
    end as exam_at,
    replace(timestamp, 'Z', '') as said_moment
from raw_learning_roi__exams_absent;
