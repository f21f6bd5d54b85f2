-- stg_learning_roi__eligibilities, version 1
-- One row per voucher as it was sent; later ones replace it.
-- owner: learning-analytics

create view stg_learning_roi__eligibilities (
    row_id,
    eligibility_id,  -- of the voucher, the same in exams and results; null where empty
    user_handle,     -- who may sit the exam, as the source writes the login; null where empty
    exam_code,       -- ACTIONS, ADMIN, GHAS, GHF, COPILOT, upper and lower case; null where empty
    exam_name,       -- goes before that of the exam events; null where empty
    starts_at,       -- from when the exam may be sat, UTC; null where not given
    sent_moment      -- as the source wrote it but for the Z; compare as text, the greatest counts
) as
select
    row_id,
    nullif(trim(existing_eligibility_id), '') as eligibility_id,
    nullif(trim(user_handle), '') as user_handle,
    nullif(trim(exam_code), '') as exam_code,
    nullif(trim(exam_name), '') as exam_name,
    case
        when length(start_date) = 10 then start_date || 'T00:00:00Z'
        when length(start_date) >= 19
            then substr(start_date, 1, 10) || 'T' || substr(start_date, 12, 8) || 'Z'
    end as starts_at,
    replace(kafka_timestamp, 'Z', '') as sent_moment
from raw_learning_roi__eligibilities_sent;
