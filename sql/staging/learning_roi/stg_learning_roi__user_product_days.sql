-- stg_learning_roi__user_product_days, version 1
-- One row per account, day and product.
-- owner: learning-analytics

create view stg_learning_roi__user_product_days (
    row_id,
    user_id,
    usage_date,
    product,
    country_code,
    engagement_count
) as
select
    row_id,
    user_id,
    case when length(day) >= 10 then substr(day, 1, 10) end as usage_date,
    nullif(trim(product), '') as product,
    nullif(trim(country_code), '') as country_code,
    coalesce(num_engagement_events, 0) as engagement_count
from raw_learning_roi__user_product_days;
