-- stg_learning_roi__account_hierarchies, version 1
-- One row per account and day: who pays for it.
-- owner: learning-analytics

create view stg_learning_roi__account_hierarchies (
    row_id,
    dotcom_id,
    account_type,
    login,
    country,
    plan_name,
    customer_id,
    customer_name,
    salesforce_account_name,
    salesforce_parent_name,
    enterprise_slug,
    enterprise_id,
    is_paid,
    is_emu,
    has_enterprise_agreements,
    seen_date
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
