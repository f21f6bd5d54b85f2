-- What people who are signed in looked at in the documentation, by hour: the
-- history, of a table that not every server has.
-- table: hive_hydro.hydro.docs_v0_page_event
-- slice: day
-- by default: no
select
    'trino' as source,
    min(timestamp) as timestamp,
    max(timestamp) as last_timestamp,
    count(*) as views,
    context.dotcom_user as context_dotcom_user,
    context.path_product as context_path_product,
    cast(context.octo_client_id as varchar) as context_octo_client_id
from hive_hydro.hydro.docs_v0_page_event
where timestamp >= :from_time
    and timestamp < :to_time
    and nullif(context.dotcom_user, '') is not null
group by
    context.dotcom_user,
    context.path_product,
    cast(context.octo_client_id as varchar),
    date_trunc('hour', timestamp)
