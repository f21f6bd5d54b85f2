-- stg_learning_roi__user_signups, version 1
-- One row per account that was made.
-- owner: learning-analytics

create view stg_learning_roi__user_signups (
    row_id,
    actor_id,
    email,        -- given when the account was made, as written; null where empty
    actor_login,  -- the new account's name, as it was then; null where empty
    signed_up_at  -- when the account was made, UTC; null where not given
) as
select
    row_id,
    actor_id,
    nullif(trim(email_address), '') as email,
    nullif(trim(actor_login), '') as actor_login,
    case
        when length(timestamp) = 10 then timestamp || 'T00:00:00Z'
        when length(timestamp) >= 19
            then substr(timestamp, 1, 10) || 'T' || substr(timestamp, 12, 8) || 'Z'
    end as signed_up_at
from raw_learning_roi__user_signups;
