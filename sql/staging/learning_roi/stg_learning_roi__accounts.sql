-- stg_learning_roi__accounts, version 1
-- One row per account and day.
-- owner: learning-analytics

create view stg_learning_roi__accounts (
    row_id,
    dotcom_id,
    account_type,     -- User, Organization; null where empty
    country_account,  -- as the account gives it; null: not known
    is_staff,         -- 1: of GitHub's own people, 0: no or not said
    is_spammy,        -- 1: marked as spam, 0: no or not said
    seen_date,        -- the day that the row describes; null where not given
    created_at        -- when the account was made, UTC; null where not given
) as
select
    row_id,
    dotcom_id,
    nullif(trim(account_type), '') as account_type,
    nullif(trim(country_account), '') as country_account,
    coalesce(is_staff, 0) as is_staff,
    coalesce(is_spammy, 0) as is_spammy,
    case when length(day) >= 10 then substr(day, 1, 10) end as seen_date,
    case
        when length(created_at) = 10 then created_at || 'T00:00:00Z'
        when length(created_at) >= 19
            then substr(created_at, 1, 10) || 'T' || substr(created_at, 12, 8) || 'Z'
    end as created_at
from raw_learning_roi__accounts;
