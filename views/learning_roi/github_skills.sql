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

visitors as (
    select
        viewer,
        dotcom_id,
        topic_list,
        session_basis,
        page_views,
        session_count,
        day_count,
        topic_count,
        first_visit_at,
        last_visit_at
    from fct_learning_visitors
    where area = 'skills'
),

hours as (
    select viewer, topic, topic_group, view_count
    from fct_learning_hours
    where area = 'skills'
),

by_topic as (
    select
        viewer,
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
        visitors.dotcom_id,
        visitors.page_views as skills_page_views,
        visitors.session_count as skills_sessions,
        visitors.first_visit_at as first_skills_visit,
        visitors.last_visit_at as last_skills_visit,
        visitors.topic_list as skills_completed,
        visitors.topic_count as skills_count,
        by_topic.ai_skills_views,
        by_topic.actions_skills_views,
        by_topic.git_skills_views,
        by_topic.security_skills_views,
        by_topic.ai_skills_count,
        by_topic.actions_skills_count,
        by_topic.git_skills_count,
        by_topic.security_skills_count,
        visitors.session_basis,
        visitors.day_count as skills_days
    from visitors
    inner join by_topic on visitors.viewer = by_topic.viewer
)

select * from final;
