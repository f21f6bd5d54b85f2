-- stg_learning_roi__user_emails, version 1
-- One row per account and address of it.
-- owner: learning-analytics

create view stg_learning_roi__user_emails (
    row_id,
    user_id,
    email,       -- in clear, as the account has it; null where empty
    is_verified  -- 1: the owner confirmed the address, 0: any other state
) as
select
    row_id,
    user_id,
    nullif(trim(deobfuscated_email), '') as email,
    case when state = 'verified' then 1 else 0 end as is_verified
from raw_learning_roi__user_emails;
