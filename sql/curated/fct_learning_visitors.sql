-- fct_learning_visitors, version 1
-- One row per area of learning and viewer: how much, since when, and of what.
-- owner: learning-analytics
--
-- What github_learn, github_skills and github_docs have in common. A session is a
-- browser where the store keeps them, else a day.

create table fct_learning_visitors (
    area            text    not null   -- which pages: learn, skills or docs
        constraint area_is_known check (area in ('learn', 'skills', 'docs')),
    viewer          text    not null,  -- as in fct_learning_hours; pii: login
    dotcom_id       integer            -- learn, skills: the account; pii: id
        references dim_learner_accounts (dotcom_id),
    topic_list      text    not null,  -- up to 20, by first view, joined by ','
    session_basis   text    not null   -- sessions count: client_id, days (of rows without), or both
        constraint session_basis_is_known
            check (session_basis in ('client_id', 'days', 'both')),
    page_views      integer not null,  -- since 2024; unit: views
    session_count   integer not null,  -- browsers, and days where none is known; unit: sessions
    day_count       integer not null,  -- with a view; unit: days
    topic_count     integer not null,  -- all of them
    first_visit_at  text    not null,  -- since 2024, UTC
    last_visit_at   text    not null,  -- UTC
    primary key (area, viewer)
) strict, without rowid;

create index fct_learning_visitors__dotcom_id on fct_learning_visitors (dotcom_id);

with

-- Read in place, so that its key serves: materialized, each step would sort it.
hours as not materialized (
    select
        area,
        viewer,
        dotcom_id,
        client_id,
        topic,
        view_date,
        view_count,
        first_viewed_at,
        last_viewed_at
    from fct_learning_hours
    where area in ('learn', 'skills', 'docs')
),

totals as (
    select
        area,
        viewer,
        count(distinct nullif(client_id, '')) as client_count,
        count(distinct case when client_id = '' then view_date end) as unknown_days,
        count(distinct view_date) as day_count,
        max(dotcom_id) as dotcom_id,
        sum(view_count) as page_views,
        min(first_viewed_at) as first_visit_at,
        max(last_viewed_at) as last_visit_at
    from hours
    group by area, viewer
),

first_topics as (
    select area, viewer, topic, min(first_viewed_at) as first_at
    from hours
    where topic <> ''
    group by area, viewer, topic
),

numbered_topics as (
    select
        area,
        viewer,
        topic,
        row_number() over (partition by area, viewer order by first_at, topic) as place
    from first_topics
),

topics as (
    select
        area,
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
    group by area, viewer
),

final as (
    select
        totals.area,
        totals.viewer,
        totals.dotcom_id,
        coalesce(topics.topic_list, '') as topic_list,
        case
            when totals.unknown_days = 0 then 'client_id'
            when totals.client_count = 0 then 'days'
            else 'both'
        end as session_basis,
        totals.page_views,
        totals.client_count + totals.unknown_days as session_count,
        totals.day_count,
        coalesce(topics.topic_count, 0) as topic_count,
        totals.first_visit_at,
        totals.last_visit_at
    from totals
    left join topics
        on totals.area = topics.area and totals.viewer = topics.viewer
)

select * from final;
