-- stg_learning_roi__page_views, version 1
-- One row per account, page and hour, or per view.
-- owner: learning-analytics

create view stg_learning_roi__page_views (
    row_id,
    origin,         -- store the row is from: kusto, trino; file: an export that names none
    user_login,     -- who viewed, as it was then; null: not signed in
    user_id,
    actor_id,
    client_id,      -- of the browser; null where not kept
    app,            -- what served the page: learn, ...; null where empty
    page,           -- its address, may lack query and fragment; null where empty
    repository,     -- owner/name that the page is of; null where empty
    view_count,     -- in the hour; 1 where the source gives single views
    first_view_at,  -- in the hour, UTC; null where not given
    last_view_at    -- in the hour, UTC; the first where there is one view; null where not given
) as
select
    row_id,
    coalesce(source, 'file') as origin,
    nullif(trim(user_login), '') as user_login,
    user_id,
    actor_id,
    nullif(trim(client_id), '') as client_id,
    nullif(trim(app), '') as app,
    nullif(trim(page), '') as page,
    nullif(trim(repository_nwo), '') as repository,
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
from raw_learning_roi__page_views;
