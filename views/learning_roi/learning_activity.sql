-- learning_activity, version 1
-- One row per visitor of the learning sites since 2024: login in lower case, or number.
-- owner: learning-analytics
-- file: learning_activity.csv

create table learning_activity (
    user_ref           text    not null primary key,  -- pii: login
    page_views         integer not null,              -- since 2024; unit: views
    learning_sessions  integer not null,              -- hours with a view
    learning_days      integer not null,              -- with a view; unit: days
    learning_hours     real    not null,              -- sessions + page_views * 0.05; unit: hours
    first_learning     text    not null,              -- first view since 2024, UTC
    last_learning      text    not null,              -- last view, UTC
    dotcom_id          integer                        -- by name, or the number itself; null: no learner; pii: id
) strict, without rowid;

with

learning_days as (
    select
        viewer,
        view_date,
        view_count,
        hour_count,
        first_viewed_at,
        last_viewed_at
    from fct_learning_days
    where area = 'site'
),

-- A name that several accounts had is that of the newest account.
names as (
    select user_handle, max(dotcom_id) as dotcom_id
    from dim_learner_accounts
    where user_handle is not null
    group by user_handle
),

numbers as (
    select dotcom_id from dim_learner_accounts
),

totals as (
    select
        viewer,
        sum(view_count) as page_views,
        sum(hour_count) as learning_sessions,
        count(*) as learning_days,
        min(first_viewed_at) as first_learning,
        max(last_viewed_at) as last_learning
    from learning_days
    group by viewer
),

final as (
    select
        totals.viewer as user_ref,
        totals.page_views,
        totals.learning_sessions,
        totals.learning_days,
        round(
            cast(totals.learning_sessions as double)
            + cast(totals.page_views as double) * 0.05e0,
            2
        ) as learning_hours,
        totals.first_learning,
        totals.last_learning,
        coalesce(names.dotcom_id, numbers.dotcom_id) as dotcom_id
    from totals
    left join names on totals.viewer = names.user_handle
    left join numbers
        on
            cast(try_bigint(totals.viewer) as bigint) = numbers.dotcom_id
            and totals.viewer = cast(numbers.dotcom_id as varchar)
)

select * from final;
