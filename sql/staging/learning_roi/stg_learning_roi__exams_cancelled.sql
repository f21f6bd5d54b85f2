-- stg_learning_roi__exams_cancelled, version 1
-- One row per exam that was cancelled. said_moment sorts by time.
-- owner: learning-analytics

create view stg_learning_roi__exams_cancelled (
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
        when length(cancelled_on) = 10 then cancelled_on || 'T00:00:00Z'
        when length(cancelled_on) >= 19
            then substr(cancelled_on, 1, 10) || 'T' || substr(cancelled_on, 12, 8) || 'Z'
    end as exam_at,
    replace(timestamp, 'Z', '') as said_moment
from raw_learning_roi__exams_cancelled;
