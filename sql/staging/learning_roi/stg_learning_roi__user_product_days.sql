-- stg_learning_roi__user_product_days, version 1
-- One row per account, day and product.
-- owner: learning-analytics

create view stg_learning_roi__user_product_days (
    row_id,
    user_id,
    usage_date,       -- the day of the activity; null where not given
    product,          -- Actions, Copilot Chat, ...: with spaces and capitals; null where empty
    country_code,     -- where the account was active; null unless asked for
    engagement_count  -- what the account did in the product that day; 0 where not given
) as
select
    row_id,
    user_id,
    case when length(day) >= 10 then substr(day, 1, 10) end as usage_date,
    nullif(trim(product), '') as product,
    nullif(trim(country_code), '') as country_code,
    coalesce(num_engagement_events, 0) as engagement_count
from raw_learning_roi__user_product_days;
