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

hours as (
    select
        viewer,
        dotcom_id,
        client_id,
        topic,
        topic_group,
        view_date,
        view_count,
        first_viewed_at,
        last_viewed_at
    from fct_learning_hours
    where area = 'learn'
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
            max(case when place = 8 then topic end)
        ) as topic_list
    from numbered_topics
    group by viewer
),

totals as (
    select
        viewer,
        max(dotcom_id) as dotcom_id,
        sum(view_count) as page_views,
        min(first_viewed_at) as first_visit,
        max(last_viewed_at) as last_visit,
        coalesce(sum(view_count) filter (where topic = 'Certifications'), 0) as viewed_certifications,
        coalesce(sum(view_count) filter (where topic = 'Skills'), 0) as viewed_skills,
        coalesce(sum(view_count) filter (where topic = 'Learning Content'), 0) as viewed_learning
    from hours
    group by viewer
),

final as (
    select
        totals.dotcom_id,
        totals.page_views as learn_page_views,
        sessions.client_count + sessions.unknown_days as learn_sessions,
        totals.first_visit as first_learn_visit,
        totals.last_visit as last_learn_visit,
        coalesce(topics.topic_list, '') as content_types_viewed,
        totals.viewed_certifications,
        totals.viewed_skills,
        totals.viewed_learning,
        case
            when sessions.unknown_days = 0 then 'client_id'
            when sessions.client_count = 0 then 'days'
            else 'both'
        end as session_basis,
        sessions.day_count as learn_days
    from totals
    inner join sessions on totals.viewer = sessions.viewer
    left join topics on totals.viewer = topics.viewer
)

select * from final;
