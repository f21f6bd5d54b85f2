-- fct_learning_hours, version 1
-- One row per area of learning, UTC hour, viewer, browser and topic: page views.
-- owner: learning-analytics
--
-- The areas: site (pages of learn.microsoft.com, skills.github.com and
-- docs.github.com), learn (learn.github.com), skills (repositories of skills/),
-- docs (events of docs.github.com). A view may be of two areas. Since 2024-01-01,
-- and of each day only the rows of the store that counts (dim_page_view_days).

create table fct_learning_hours (
    area             text    not null   -- which pages: site, learn, skills or docs
        constraint area_is_known check (area in ('site', 'learn', 'skills', 'docs')),
    viewer           text    not null,  -- site: login in lower case, or number; docs: login; else number; pii: login
    hour_at          text    not null,  -- begin of the hour, UTC
    client_id        text    not null,  -- '': not known; pii: id
    topic            text    not null,  -- learn: kind of content; skills: skill; docs: product; '': none
    topic_group      text    not null,  -- skills, docs: its category
    stream           text    not null,  -- of dim_page_view_days: page_views or docs_page_events
    view_date        text    not null,  -- UTC, YYYY-MM-DD
    dotcom_id        integer            -- learn, skills: the account; pii: id
        references dim_learner_accounts (dotcom_id),
    view_count       integer not null,  -- of the hour; unit: views
    first_viewed_at  text    not null,  -- in the hour, UTC
    last_viewed_at   text    not null,  -- in the hour, UTC
    primary key (area, viewer, hour_at, client_id, topic),
    foreign key (stream, view_date) references dim_page_view_days (stream, view_date)
) strict, without rowid;

create index fct_learning_hours__dotcom_id on fct_learning_hours (dotcom_id);
create index fct_learning_hours__day on fct_learning_hours (stream, view_date);

with

view_days as (
    select stream, view_date, origin from dim_page_view_days
),

views as (
    select
        page_views.user_login,
        page_views.user_id,
        page_views.actor_id,
        page_views.client_id,
        page_views.app,
        lower(page_views.page) as page,
        page_views.repository,
        page_views.view_count,
        page_views.first_view_at,
        page_views.last_view_at
    from stg_learning_roi__page_views as page_views
    inner join view_days
        on
            view_days.stream = 'page_views'
            and substr(page_views.first_view_at, 1, 10) = view_days.view_date
            and page_views.origin = view_days.origin
    where page_views.first_view_at >= '2024-01-01'
),

on_sites as (
    select
        'site' as area,
        coalesce(lower(user_login), cast(user_id as varchar)) as viewer,
        cast(null as bigint) as dotcom_id,
        client_id,
        '' as topic,
        '' as topic_group,
        'page_views' as stream,
        view_count,
        first_view_at,
        last_view_at
    from views
    where
        (
            strpos(page, 'learn.microsoft.com') > 0
            or strpos(page, 'skills.github.com') > 0
            or strpos(page, 'docs.github.com') > 0
        )
        and (user_login is not null or user_id is not null)
),

learn_paths as (
    select
        views.*,
        coalesce(regexp_extract(page, 'learn\.github\.com(/[^?#]*)', 1), '') as path
    from views
    where app = 'learn' and actor_id > 0
),

on_learn as (
    select
        'learn' as area,
        cast(actor_id as varchar) as viewer,
        actor_id as dotcom_id,
        client_id,
        case
            when regexp_like(path, '/certifications($|[^\p{L}\p{N}])|/certification/')
                then 'Certifications'
            when regexp_like(path, '/credentials($|[^\p{L}\p{N}])') then 'Credentials'
            when regexp_like(path, '/learning($|[^\p{L}\p{N}])') then 'Learning Content'
            when regexp_like(path, '/skills($|[^\p{L}\p{N}])') then 'Skills'
            when regexp_like(path, '/profile($|[^\p{L}\p{N}])') then 'Profile'
            when regexp_like(path, '/dashboard($|[^\p{L}\p{N}])') then 'Dashboard'
            when path = '/' or path = '' then 'Home'
            else 'Other'
        end as topic,
        '' as topic_group,
        'page_views' as stream,
        view_count,
        first_view_at,
        last_view_at
    from learn_paths
),

skill_views as (
    select
        views.*,
        split_part(repository, '/', 2) as skill
    from views
    where lower(repository) like 'skills/%' and actor_id > 0
),

on_skills as (
    select
        'skills' as area,
        cast(actor_id as varchar) as viewer,
        actor_id as dotcom_id,
        client_id,
        skill as topic,
        case
            when regexp_like(lower(skill), '(^|[^\p{L}\p{N}])(copilot|mcp|spark)($|[^\p{L}\p{N}])')
                then 'AI/Copilot'
            when regexp_like(lower(skill), '(^|[^\p{L}\p{N}])(action|workflow)($|[^\p{L}\p{N}])')
                then 'Actions'
            when regexp_like(lower(skill), '(^|[^\p{L}\p{N}])(git|pull-request|merge)($|[^\p{L}\p{N}])')
                then 'Git/GitHub Basics'
            when regexp_like(lower(skill), '(^|[^\p{L}\p{N}])(code|codespace)($|[^\p{L}\p{N}])')
                then 'Development'
            when regexp_like(lower(skill), '(^|[^\p{L}\p{N}])(secure|security)($|[^\p{L}\p{N}])')
                then 'Security'
            when regexp_like(lower(skill), '(^|[^\p{L}\p{N}])(deploy|azure|release)($|[^\p{L}\p{N}])')
                then 'DevOps/Deployment'
            when regexp_like(lower(skill), '(^|[^\p{L}\p{N}])(markdown|page)($|[^\p{L}\p{N}])')
                then 'Documentation'
            else 'Other'
        end as topic_group,
        'page_views' as stream,
        view_count,
        first_view_at,
        last_view_at
    from skill_views
),

on_docs as (
    select
        'docs' as area,
        docs_page_events.dotcom_user as viewer,
        cast(null as bigint) as dotcom_id,
        docs_page_events.client_id,
        coalesce(docs_page_events.product_path, '') as topic,
        case
            when regexp_like(lower(docs_page_events.product_path), '(^|[^\p{L}\p{N}])copilot($|[^\p{L}\p{N}])')
                then 'AI/Copilot'
            when regexp_like(lower(docs_page_events.product_path), '(^|[^\p{L}\p{N}])actions($|[^\p{L}\p{N}])')
                then 'Actions'
            when regexp_like(lower(docs_page_events.product_path), '(^|[^\p{L}\p{N}])codespaces($|[^\p{L}\p{N}])')
                then 'Codespaces'
            when regexp_like(lower(docs_page_events.product_path), '(^|[^\p{L}\p{N}])security($|[^\p{L}\p{N}])')
                then 'Security'
            when regexp_like(lower(docs_page_events.product_path), '(^|[^\p{L}\p{N}])(packages|container)($|[^\p{L}\p{N}])')
                then 'Packages'
            when regexp_like(lower(docs_page_events.product_path), '(^|[^\p{L}\p{N}])(admin|enterprise)($|[^\p{L}\p{N}])')
                then 'Enterprise'
            when regexp_like(lower(docs_page_events.product_path), '(^|[^\p{L}\p{N}])(get-started|authentication)($|[^\p{L}\p{N}])')
                then 'Getting Started'
            else 'Other'
        end as topic_group,
        'docs_page_events' as stream,
        docs_page_events.view_count,
        docs_page_events.first_view_at,
        docs_page_events.last_view_at
    from stg_learning_roi__docs_page_events as docs_page_events
    inner join view_days
        on
            view_days.stream = 'docs_page_events'
            and substr(docs_page_events.first_view_at, 1, 10) = view_days.view_date
            and docs_page_events.origin = view_days.origin
    where
        docs_page_events.dotcom_user is not null
        and docs_page_events.first_view_at >= '2024-01-01'
),

together as (
    select * from on_sites
    union all
    select * from on_learn
    union all
    select * from on_skills
    union all
    select * from on_docs
),

final as (
    select
        area,
        viewer,
        substr(first_view_at, 1, 13) || ':00:00Z' as hour_at,
        coalesce(client_id, '') as client_id,
        topic,
        max(topic_group) as topic_group,
        max(stream) as stream,
        substr(first_view_at, 1, 10) as view_date,
        max(dotcom_id) as dotcom_id,
        sum(view_count) as view_count,
        min(first_view_at) as first_viewed_at,
        max(last_view_at) as last_viewed_at
    from together
    group by 1, 2, 3, 4, 5, 8
)

select * from final;
