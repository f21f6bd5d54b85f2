-- stg_learning_roi__exams_cancelled, version 1
-- One row per exam that was cancelled. said_moment sorts by time.
-- owner: learning-analytics

create view stg_learning_roi__exams_cancelled (
    row_id,
    eligibility_id,  -- of the voucher the exam is sat with; null where empty
    user_handle,     -- the candidate's login, as the source writes it; null where empty
    exam_code,       -- ACTIONS, ADMIN, GHAS, GHF, COPILOT, upper and lower case; null where empty
    exam_name,       -- counts where the voucher has none; null where empty
    exam_at,         -- when the date was given up, UTC; null where not given
    said_moment      -- when the source said so, as it wrote it but for the Z; compare as text
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
