-- dim_page_view_days, version 1
-- One row per stream of page views and UTC day: which store's rows count for it.
-- owner: learning-analytics
--
-- The hot store (kusto) keeps some 90 days (`hot_days`), the history (trino) more
-- and later. From the first hot day on the hot rows count, before it the history's;
-- a day that the one has not, the other gives. A day that left the hot store stays
-- as it was loaded until the history has it, and is_source_gone says so. Rows of an
-- export that names no store count where neither has the day.

create table dim_page_view_days (
    stream           text    not null   -- page_views: of the sites; docs_page_events: of docs.github.com
        constraint stream_is_known check (stream in ('page_views', 'docs_page_events')),
    view_date        text    not null,  -- UTC, of the first view of a row
    origin           text    not null   -- whose rows count
        constraint origin_is_known check (origin in ('kusto', 'trino', 'file')),
    kusto_count      integer not null,  -- views
    trino_count      integer not null,  -- views; 0: the history has none of the day
    file_count       integer not null,  -- views; 0: no export that names no store has the day
    is_hot           integer not null   -- the hot store should still have it
        constraint is_hot_is_boolean check (is_hot in (0, 1)),
    is_source_gone   integer not null   -- its rows are kept; the store has them no longer
        constraint is_source_gone_is_boolean check (is_source_gone in (0, 1)),
    is_conflicting   integer not null   -- two stores have the day and differ
        constraint is_conflicting_is_boolean check (is_conflicting in (0, 1)),
    primary key (stream, view_date)
) strict, without rowid;

with

settings as (
    select setting_value from dim_settings where setting = 'learning.hot_days'
),

origin_days as (
    select
        'page_views' as stream,
        substr(first_view_at, 1, 10) as view_date,
        origin,
        sum(view_count) as view_count
    from stg_learning_roi__page_views
    where first_view_at is not null
    group by 1, 2, 3
    union all
    select
        'docs_page_events',
        substr(first_view_at, 1, 10),
        origin,
        sum(view_count)
    from stg_learning_roi__docs_page_events
    where first_view_at is not null
    group by 1, 2, 3
),

view_days as (
    select
        stream,
        view_date,
        coalesce(sum(view_count) filter (where origin = 'kusto'), 0) as kusto_count,
        coalesce(sum(view_count) filter (where origin = 'trino'), 0) as trino_count,
        coalesce(sum(view_count) filter (where origin = 'file'), 0) as file_count
    from origin_days
    group by 1, 2
),

hot_ends as (
    select stream, max(view_date) as last_date
    from view_days
    where kusto_count > 0
    group by stream
),

hot_starts as (
    select
        hot_ends.stream,
        date_add(
            'day', 1 - cast(settings.setting_value as bigint), date(hot_ends.last_date)
        ) as first_date
    from hot_ends
    cross join settings
),

placed as (
    select
        view_days.*,
        case when view_days.view_date >= hot_starts.first_date then 1 else 0 end
            as is_hot
    from view_days
    left join hot_starts on view_days.stream = hot_starts.stream
),

final as (
    select
        stream,
        view_date,
        case
            when kusto_count > 0 and (is_hot = 1 or trino_count = 0) then 'kusto'
            when trino_count > 0 then 'trino'
            else 'file'
        end as origin,
        kusto_count,
        trino_count,
        file_count,
        is_hot,
        case when kusto_count > 0 and is_hot = 0 then 1 else 0 end as is_source_gone,
        case
            when
                kusto_count > 0 and trino_count > 0 and kusto_count <> trino_count
                then 1
            else 0
        end as is_conflicting
    from placed
)

select * from final;
