-- github_skills, version 1
-- One row per account that looked at repositories of GitHub Skills since 2024.
-- owner: learning-analytics
-- file: github_skills.csv
--
-- Folds in the old file skills_historical_trino, whose *_skills_count are here too.
-- skills_completed is the old name: the skills that were viewed. A skill is counted
-- in the first category that one of its words names, a word being a run of letters
-- and digits: introduction-to-github has not the word git.

create table github_skills (
    dotcom_id              integer primary key,  -- the viewer; pii: id
    skills_page_views      integer not null,     -- since 2024; unit: views
    skills_sessions        integer not null,     -- browsers, and days where none is known; unit: sessions
    first_skills_visit     text    not null,     -- since 2024, UTC
    last_skills_visit      text    not null,     -- UTC
    skills_completed       text    not null,     -- viewed: up to 20, by first view, joined by ','
    skills_count           integer not null,     -- all of them
    ai_skills_views        integer not null,     -- of skills with the word copilot, mcp or spark; unit: views
    actions_skills_views   integer not null,     -- of skills with the word action or workflow; unit: views
    git_skills_views       integer not null,     -- of skills with the word git, pull-request or merge; unit: views
    security_skills_views  integer not null,     -- of skills with the word secure or security; unit: views
    ai_skills_count        integer not null,     -- skills
    actions_skills_count   integer not null,     -- different ones viewed; unit: skills
    git_skills_count       integer not null,     -- different ones viewed; unit: skills
    security_skills_count  integer not null,     -- different ones viewed; unit: skills
    session_basis          text    not null,     -- sessions count: client_id, days (of rows without), or both
    skills_days            integer not null      -- with a view; unit: days
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
    where area = 'skills'
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
        max(dotcom_id) as dotcom_id,
        sum(view_count) as page_views,
        min(first_viewed_at) as first_visit,
        max(last_viewed_at) as last_visit,
        coalesce(sum(view_count) filter (where topic_group = 'AI/Copilot'), 0) as ai_skills_views,
        coalesce(sum(view_count) filter (where topic_group = 'Actions'), 0) as actions_skills_views,
        coalesce(sum(view_count) filter (where topic_group = 'Git/GitHub Basics'), 0) as git_skills_views,
        coalesce(sum(view_count) filter (where topic_group = 'Security'), 0) as security_skills_views,
        count(distinct case when topic_group = 'AI/Copilot' then topic end) as ai_skills_count,
        count(distinct case when topic_group = 'Actions' then topic end) as actions_skills_count,
        count(distinct case when topic_group = 'Git/GitHub Basics' then topic end) as git_skills_count,
        count(distinct case when topic_group = 'Security' then topic end) as security_skills_count
    from hours
    group by viewer
),

final as (
    select
        totals.dotcom_id,
        totals.page_views as skills_page_views,
        sessions.client_count + sessions.unknown_days as skills_sessions,
        totals.first_visit as first_skills_visit,
        totals.last_visit as last_skills_visit,
        coalesce(topics.topic_list, '') as skills_completed,
        coalesce(topics.topic_count, 0) as skills_count,
        totals.ai_skills_views,
        totals.actions_skills_views,
        totals.git_skills_views,
        totals.security_skills_views,
        totals.ai_skills_count,
        totals.actions_skills_count,
        totals.git_skills_count,
        totals.security_skills_count,
        case
            when sessions.unknown_days = 0 then 'client_id'
            when sessions.client_count = 0 then 'days'
            else 'both'
        end as session_basis,
        sessions.day_count as skills_days
    from totals
    inner join sessions on totals.viewer = sessions.viewer
    left join topics on totals.viewer = topics.viewer
)

select * from final;
