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

visitors as (
    select
        viewer,
        topic_list,
        session_basis,
        page_views,
        session_count,
        day_count,
        topic_count,
        first_visit_at,
        last_visit_at
    from fct_learning_visitors
    where area = 'docs'
),

hours as (
    select viewer, topic, topic_group, view_count
    from fct_learning_hours
    where area = 'docs'
),

by_topic as (
    select
        viewer,
        coalesce(sum(view_count) filter (where topic_group = 'AI/Copilot'), 0) as copilot_docs_views,
        coalesce(sum(view_count) filter (where topic_group = 'Actions'), 0) as actions_docs_views,
        coalesce(sum(view_count) filter (where topic_group = 'Security'), 0) as security_docs_views,
        coalesce(sum(view_count) filter (where topic_group = 'Getting Started'), 0) as getting_started_docs_views
    from hours
    group by viewer
),

final as (
    select
        visitors.viewer as dotcom_user,
        visitors.page_views as docs_page_views,
        visitors.session_count as docs_sessions,
        visitors.first_visit_at as first_docs_visit,
        visitors.last_visit_at as last_docs_visit,
        visitors.topic_list as docs_products_viewed,
        visitors.topic_count as docs_products_count,
        by_topic.copilot_docs_views,
        by_topic.actions_docs_views,
        by_topic.security_docs_views,
        by_topic.getting_started_docs_views,
        visitors.session_basis,
        visitors.day_count as docs_days
    from visitors
    inner join by_topic on visitors.viewer = by_topic.viewer
)

select * from final;
