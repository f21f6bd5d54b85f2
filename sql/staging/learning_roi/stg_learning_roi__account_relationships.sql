-- stg_learning_roi__account_relationships, version 1
-- One row per account, account that it belongs to, and day.
-- owner: learning-analytics

create view stg_learning_roi__account_relationships (
    row_id,
    child_dotcom_id,
    parent_dotcom_id,
    child_type,   -- kind of the account that belongs: User; null where empty
    parent_type,  -- kind of the account it belongs to: Organization; null where empty
    seen_date     -- the day on which it was so; null where not given
) as
select
    row_id,
    child_dotcom_id,
    parent_dotcom_id,
    nullif(trim(child_type), '') as child_type,
    nullif(trim(parent_type), '') as parent_type,
    case when length(day) >= 10 then substr(day, 1, 10) end as seen_date
from raw_learning_roi__account_relationships;
