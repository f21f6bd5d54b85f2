-- stg_learning_roi__account_relationships, version 1
-- One row per account, account that it belongs to, and day.
-- owner: learning-analytics

create view stg_learning_roi__account_relationships (
    row_id,
    child_dotcom_id,
    parent_dotcom_id,
    child_type,
    parent_type,
    seen_date
) as
select
    row_id,
    child_dotcom_id,
    parent_dotcom_id,
    nullif(trim(child_type), '') as child_type,
    nullif(trim(parent_type), '') as parent_type,
    case when length(day) >= 10 then substr(day, 1, 10) end as seen_date
from raw_learning_roi__account_relationships;
