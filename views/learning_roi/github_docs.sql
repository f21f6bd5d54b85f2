-- github_docs, version 1
-- One row per signed-in reader of docs.github.com since 2024.
-- owner: learning-analytics
-- file: github_docs.csv
--
-- The areas are told by words of the product's path, the first that fits.

create table github_docs (
    dotcom_user                 text    not null primary key,  -- as the source writes it; pii: login
    docs_page_views             integer not null,  -- since 2024; unit: views
    docs_sessions               integer not null,  -- browsers, and days where none is known; unit: sessions
    first_docs_visit            text    not null,  -- since 2024, UTC
    last_docs_visit             text    not null,  -- UTC
    docs_products_viewed        text    not null,  -- up to 20, by first view, joined by ','
    docs_products_count         integer not null,  -- all of them
    copilot_docs_views          integer not null,  -- of pages on Copilot; unit: views
    actions_docs_views          integer not null,  -- of pages on Actions; unit: views
    security_docs_views         integer not null,  -- of pages on security; unit: views
    getting_started_docs_views  integer not null,  -- of pages on first steps and signing in; unit: views
    session_basis               text    not null,  -- sessions count: client_id, days (of rows without), or both
    docs_days                   integer not null   -- with a view; unit: days
) strict, without rowid;

with

hours as (
    select
        viewer,
        client_id,
        topic,
        topic_group,
        view_date,
        view_count,
        first_viewed_at,
        last_viewed_at
    from fct_learning_hours
    where area = 'docs'
),

sessions as (
    select
        viewer,
        count(distinct nullif(client_id, '')) as client_count,
        count(distinct case when client_id = '' then view_date end) as unknown_days,
        count(distinct view_date) as day_count
    from hours
    group by viewer
),

first_topics as (
    select viewer, topic, min(first_viewed_at) as first_at
    from hours
    where topic <> ''
    group by viewer, topic
),

numbered_topics as (
    select
        viewer,
        topic,
        row_number() over (partition by viewer order by first_at, topic) as place
    from first_topics
),

topics as (
    select
        viewer,
        count(*) as topic_count,
        concat_ws(
            ',',
            max(case when place = 1 then topic end),
            max(case when place = 2 then topic end),
            max(case when place = 3 then topic end),
            max(case when place = 4 then topic end),
            max(case when place = 5 then topic end),
            max(case when place = 6 then topic end),
            max(case when place = 7 then topic end),
            max(case when place = 8 then topic end),
            max(case when place = 9 then topic end),
            max(case when place = 10 then topic end),
            max(case when place = 11 then topic end),
            max(case when place = 12 then topic end),
            max(case when place = 13 then topic end),
            max(case when place = 14 then topic end),
            max(case when place = 15 then topic end),
            max(case when place = 16 then topic end),
            max(case when place = 17 then topic end),
            max(case when place = 18 then topic end),
            max(case when place = 19 then topic end),
            max(case when place = 20 then topic end)
        ) as topic_list
    from numbered_topics
    group by viewer
),

totals as (
    select
        viewer,
        sum(view_count) as page_views,
        min(first_viewed_at) as first_visit,
        max(last_viewed_at) as last_visit,
        coalesce(sum(view_count) filter (where topic_group = 'AI/Copilot'), 0) as copilot_docs_views,
        coalesce(sum(view_count) filter (where topic_group = 'Actions'), 0) as actions_docs_views,
        coalesce(sum(view_count) filter (where topic_group = 'Security'), 0) as security_docs_views,
        coalesce(sum(view_count) filter (where topic_group = 'Getting Started'), 0) as getting_started_docs_views
    from hours
    group by viewer
),

final as (
    select
        totals.viewer as dotcom_user,
        totals.page_views as docs_page_views,
        sessions.client_count + sessions.unknown_days as docs_sessions,
        totals.first_visit as first_docs_visit,
        totals.last_visit as last_docs_visit,
        coalesce(topics.topic_list, '') as docs_products_viewed,
        coalesce(topics.topic_count, 0) as docs_products_count,
        totals.copilot_docs_views,
        totals.actions_docs_views,
        totals.security_docs_views,
        totals.getting_started_docs_views,
        case
            when sessions.unknown_days = 0 then 'client_id'
            when sessions.client_count = 0 then 'days'
            else 'both'
        end as session_basis,
        sessions.day_count as docs_days
    from totals
    inner join sessions on totals.viewer = sessions.viewer
    left join topics on totals.viewer = topics.viewer
)

select * from final;
