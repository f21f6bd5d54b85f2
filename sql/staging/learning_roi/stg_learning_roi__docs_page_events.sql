-- stg_learning_roi__docs_page_events, version 1
-- One row per account, product and hour, or per view, of docs.github.com.
-- owner: learning-analytics

create view stg_learning_roi__docs_page_events (
    row_id,
    origin,         -- store the row is from: kusto, trino; file: an export that names none
    dotcom_user,    -- who viewed; null: not signed in
    client_id,      -- of the browser; null where not kept
    product_path,   -- part of the documents: copilot, actions, ...; null where empty
    view_count,     -- in the hour; 1 where the source gives single views
    first_view_at,  -- in the hour, UTC; null where not given
    last_view_at    -- in the hour, UTC; the first where there is one view; null where not given
) as
select
    row_id,
    coalesce(source, 'file') as origin,
    nullif(trim(context_dotcom_user), '') as dotcom_user,
    nullif(trim(context_octo_client_id), '') as client_id,
    nullif(trim(context_path_product), '') as product_path,
    coalesce(views, 1) as view_count,
    case
        when length(timestamp) = 10 then timestamp || 'T00:00:00Z'
        when length(timestamp) >= 19
            then substr(timestamp, 1, 10) || 'T' || substr(timestamp, 12, 8) || 'Z'
    end as first_view_at,
    case
        when length(coalesce(last_timestamp, timestamp)) = 10 then coalesce(last_timestamp, timestamp) || 'T00:00:00Z'
        when length(coalesce(last_timestamp, timestamp)) >= 19
            then substr(coalesce(last_timestamp, timestamp), 1, 10) || 'T' || substr(coalesce(last_timestamp, timestamp), 12, 8) || 'Z'
    end as last_view_at
from raw_learning_roi__docs_page_events;
