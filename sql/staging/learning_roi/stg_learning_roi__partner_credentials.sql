-- stg_learning_roi__partner_credentials, version 1
-- One row per credential that a partner gave.
-- owner: learning-analytics

create view stg_learning_roi__partner_credentials (
    row_id,
    email,               -- whom the partner certified, as written; null where not given
    certification_name,  -- as the partner calls it; null where empty
    partner_name,        -- the company that gave it; null where empty
    is_completed,        -- 1: the status is Completed, 0: any other or none
    completed_at         -- UTC, midnight where only the day is given; null until completed
) as
select
    row_id,
    nullif(trim(email), '') as email,
    nullif(trim(certification_name), '') as certification_name,
    nullif(trim(partner_name), '') as partner_name,
    case when status = 'Completed' then 1 else 0 end as is_completed,
    case
        when length(certification_completed_date) = 10 then certification_completed_date || 'T00:00:00Z'
        when length(certification_completed_date) >= 19
            then substr(certification_completed_date, 1, 10) || 'T' || substr(certification_completed_date, 12, 8) || 'Z'
    end as completed_at
from raw_learning_roi__partner_credentials;
