-- github_learn, version 1
-- One row per account that visited learn.github.com since 2024.
-- owner: learning-analytics
-- file: github_learn.csv
--
-- Folds in the old file learn_historical_trino: each day comes from the store that
-- counts for it (dim_page_view_days). A session is a browser where the store keeps
-- them, else a day.

create table github_learn (
    dotcom_id              integer primary key,  -- the visitor; pii: id
    learn_page_views       integer not null,     -- since 2024; unit: views
    learn_sessions         integer not null,     -- browsers, and days where none is known; unit: sessions
    first_learn_visit      text    not null,     -- since 2024, UTC
    last_learn_visit       text    not null,     -- UTC
    content_types_viewed   text    not null,     -- by first view, joined by ','
    viewed_certifications  integer not null,     -- views
    viewed_skills          integer not null,     -- views of pages under /skills; unit: views
    viewed_learning        integer not null,     -- views of pages under /learning; unit: views
    session_basis          text    not null,     -- sessions count: client_id, days (of rows without), or both
    learn_days             integer not null      -- with a view; unit: days
) strict;

with

visitors as (
    select
        viewer,
        dotcom_id,
        topic_list,
        session_basis,
        page_views,
        session_count,
        day_count,
        first_visit_at,
        last_visit_at
    from fct_learning_visitors
    where area = 'learn'
),

hours as (
    select viewer, topic, view_count
    from fct_learning_hours
    where area = 'learn'
),

by_topic as (
    select
        viewer,
        coalesce(sum(view_count) filter (where topic = 'Certifications'), 0) as viewed_certifications,
        coalesce(sum(view_count) filter (where topic = 'Skills'), 0) as viewed_skills,
        coalesce(sum(view_count) filter (where topic = 'Learning Content'), 0) as viewed_learning
    from hours
    group by viewer
),

final as (
    select
        visitors.dotcom_id,
        visitors.page_views as learn_page_views,
        visitors.session_count as learn_sessions,
        visitors.first_visit_at as first_learn_visit,
        visitors.last_visit_at as last_learn_visit,
        visitors.topic_list as content_types_viewed,
        by_topic.viewed_certifications,
        by_topic.viewed_skills,
        by_topic.viewed_learning,
        visitors.session_basis,
        visitors.day_count as learn_days
    from visitors
    inner join by_topic on visitors.viewer = by_topic.viewer
)

select * from final;
