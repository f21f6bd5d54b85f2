-- stg_learning_roi__eligibilities, version 1
-- One row per voucher as it was sent; later ones replace it.
-- owner: learning-analytics

create view stg_learning_roi__eligibilities (
    row_id,
    eligibility_id,
    user_handle,
    exam_code,
    exam_name,
    starts_at,
    sent_moment
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
