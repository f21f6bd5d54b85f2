-- fct_learning_days, version 1
-- One row per area of learning, viewer and UTC day, with the store that gave it.
-- owner: learning-analytics

create table fct_learning_days (
    area             text    not null,  -- site, learn, skills or docs
    viewer           text    not null,  -- as in fct_learning_hours; pii: login
    view_date        text    not null,  -- UTC, YYYY-MM-DD
    stream           text    not null,  -- of dim_page_view_days: page_views or docs_page_events
    dotcom_id        integer            -- learn, skills: the account; pii: id
        references dim_learner_accounts (dotcom_id),
    origin           text    not null,  -- kusto, trino or file
    view_count       integer not null   -- of the day; unit: views
        constraint view_count_is_not_negative check (view_count >= 0),
    hour_count       integer not null,  -- hours with a view
    client_count     integer not null,  -- browsers; 0: not known
    is_source_gone   integer not null,  -- left the hot store; kept here
    first_viewed_at  text    not null,  -- in the day, UTC
    last_viewed_at   text    not null,  -- in the day, UTC
    primary key (area, viewer, view_date),
    foreign key (stream, view_date) references dim_page_view_days (stream, view_date)
) strict, without rowid;

create index fct_learning_days__dotcom_id on fct_learning_days (dotcom_id);
create index fct_learning_days__day on fct_learning_days (stream, view_date);

with

hours as (
    select
        area,
        viewer,
        view_date,
        stream,
        max(dotcom_id) as dotcom_id,
        sum(view_count) as view_count,
        count(distinct hour_at) as hour_count,
        count(distinct nullif(client_id, '')) as client_count,
        min(first_viewed_at) as first_viewed_at,
        max(last_viewed_at) as last_viewed_at
    from fct_learning_hours
    group by area, viewer, view_date, stream
),

view_days as (
    select stream, view_date, origin, is_source_gone from dim_page_view_days
),

final as (
    select
        hours.area,
        hours.viewer,
        hours.view_date,
        hours.stream,
        hours.dotcom_id,
        view_days.origin,
        hours.view_count,
        hours.hour_count,
        hours.client_count,
        case
            when view_days.origin = 'kusto' then view_days.is_source_gone
            else 0
        end as is_source_gone,
        hours.first_viewed_at,
        hours.last_viewed_at
    from hours
    inner join view_days
        on hours.stream = view_days.stream and hours.view_date = view_days.view_date
)

select * from final;
