-- stg_learning_roi__exams_rescheduled, version 1
-- One row per exam that was given another time. said_moment sorts by time.
-- owner: learning-analytics

create view stg_learning_roi__exams_rescheduled (
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
        when length(scheduled_for) = 10 then scheduled_for || 'T00:00:00Z'
        when length(scheduled_for) >= 19
            then substr(scheduled_for, 1, 10) || 'T' || substr(scheduled_for, 12, 8) || 'Z'
    end as exam_at,
    replace(timestamp, 'Z', '') as said_moment
from raw_learning_roi__exams_rescheduled;
