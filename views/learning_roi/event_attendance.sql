-- event_attendance, version 1
-- One row per name that registered for events since 2024.
-- owner: learning-analytics
-- file: events.csv
--
-- An event is counted once in each column, whatever the number of registrations.

create table event_attendance (
    user_handle        text    not null primary key,  -- as the source writes it; pii: login
    events_registered  integer not null,              -- different events; unit: events
    events_attended    integer not null,              -- Full or Partial
    events_no_show     integer not null,              -- No Show, or nothing said
    first_event_date   text,                          -- first registration by time of change, since 2024
    last_event_date    text,                          -- last registration by time of change
    event_categories   text    not null               -- up to 10, by first date, joined by ','
) strict, without rowid;

with

registrations as (
    select user_handle, event_id, attendance_type, event_category, updated_at
    from fct_event_registrations
    where user_handle is not null and updated_at >= '2024-01-01'
),

totals as (
    select
        user_handle,
        count(distinct event_id) as events_registered,
        count(distinct case when attendance_type in ('Full', 'Partial') then event_id end)
            as events_attended,
        count(distinct case
            when attendance_type = 'No Show' or attendance_type is null then event_id
        end) as events_no_show,
        min(updated_at) as first_event_date,
        max(updated_at) as last_event_date
    from registrations
    group by user_handle
),

first_categories as (
    select user_handle, event_category, min(updated_at) as first_at
    from registrations
    where event_category is not null
    group by user_handle, event_category
),

numbered_categories as (
    select
        user_handle,
        event_category,
        row_number() over (partition by user_handle order by first_at, event_category)
            as place
    from first_categories
),

categories as (
    select
        user_handle,
        concat_ws(
            ',',
            max(case when place = 1 then event_category end),
            max(case when place = 2 then event_category end),
            max(case when place = 3 then event_category end),
            max(case when place = 4 then event_category end),
            max(case when place = 5 then event_category end),
            max(case when place = 6 then event_category end),
            max(case when place = 7 then event_category end),
            max(case when place = 8 then event_category end),
            max(case when place = 9 then event_category end),
            max(case when place = 10 then event_category end)
        ) as event_categories
    from numbered_categories
    group by user_handle
),

final as (
    select
        totals.user_handle,
        totals.events_registered,
        totals.events_attended,
        totals.events_no_show,
        totals.first_event_date,
        totals.last_event_date,
        coalesce(categories.event_categories, '') as event_categories
    from totals
    left join categories on totals.user_handle = categories.user_handle
)

select * from final;
