-- stg_learning_roi__account_hierarchies, version 1
-- One row per account and day: who pays for it.
-- owner: learning-analytics

create view stg_learning_roi__account_hierarchies (
    row_id,
    dotcom_id,
    account_type,               -- User, Organization; null where empty
    login,                      -- of the account on that day; null where empty
    country,                    -- as the account gives it; null: not known
    plan_name,                  -- what the account is on; null: not known
    customer_id,                -- of who is billed; null: not known
    customer_name,              -- of who is billed; null: not known
    salesforce_account_name,    -- the customer as sales knows it; null: not matched
    salesforce_parent_name,     -- the company above it; null: not matched, or nothing above
    enterprise_slug,            -- its short name in addresses; null: none, or not known
    enterprise_id,
    is_paid,                    -- 1: somebody pays for it, 0: nobody or not said
    is_emu,                     -- 1: the enterprise manages the accounts of its people, 0: no or not said
    has_enterprise_agreements,  -- 1: bought under such an agreement, 0: no or not said
    seen_date                   -- the day that the row describes; null where not given
) as
select
    row_id,
    dotcom_id,
    nullif(trim(account_type), '') as account_type,
    nullif(trim(login), '') as login,
    nullif(trim(account_country), '') as country,
    nullif(trim(plan_name), '') as plan_name,
    nullif(trim(customer_id), '') as customer_id,
    nullif(trim(customer_name), '') as customer_name,
    nullif(trim(salesforce_account_name), '') as salesforce_account_name,
    nullif(trim(salesforce_parent_account_name), '') as salesforce_parent_name,
    nullif(trim(enterprise_account_slug), '') as enterprise_slug,
    enterprise_account_id as enterprise_id,
    coalesce(is_paid, 0) as is_paid,
    coalesce(enterprise_account_emu_enabled, 0) as is_emu,
    coalesce(has_enterprise_agreements, 0) as has_enterprise_agreements,
    case when length(day) >= 10 then substr(day, 1, 10) end as seen_date
from raw_learning_roi__account_hierarchies;
