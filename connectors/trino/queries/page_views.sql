-- What people looked at to learn, by person, page and hour: the history.
-- table: hive_hydro.hydro.analytics_v0_page_view
-- slice: day
with learning_views as (
    select
        timestamp,
        regexp_extract(page, '^[^?#]*') as page,
        user_login,
        try_cast(user_id as bigint) as user_id,
        try_cast(actor_id as bigint) as actor_id,
        cast(client_id as varchar) as client_id,
        app,
        repository_nwo
    from hive_hydro.hydro.analytics_v0_page_view
    where timestamp >= :from_time
        and timestamp < :to_time
        and (
            regexp_like(page, '(?i)\b(learn\.microsoft|skills\.github|docs\.github|learn\.github)\.com\b')
            or app = 'learn'
            or lower(repository_nwo) like 'skills/%'
        )
)

select
    'trino' as source,
    min(timestamp) as timestamp,
    max(timestamp) as last_timestamp,
    count(*) as views,
    page,
    user_login,
    user_id,
    actor_id,
    client_id,
    app,
    repository_nwo
from learning_views
where nullif(user_login, '') is not null or user_id is not null or actor_id is not null
group by
    page,
    user_login,
    user_id,
    actor_id,
    client_id,
    app,
    repository_nwo,
    date_trunc('hour', timestamp)
