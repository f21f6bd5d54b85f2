-- fct_event_registrations, version 1
-- One row per registration for an event: person, event, kind of attendance.
-- owner: learning-analytics

create table fct_event_registrations (
    event_registration_id  text    not null primary key,  -- hash of address, event, handle, attendance, category and time
    learner_id             text                           -- null: no address; pii: id
        references dim_learners (learner_id),
    event_id               text,                          -- shared by all who registered for it; null: none given
    user_handle            text,                          -- as the source writes it; pii: login
    attendance_type        text,                          -- Full, Partial, No Show; null: none
    event_category         text,                          -- kind of event, in the words of the source; null: none
    row_count              integer not null,              -- equal rows that the source has of it
    updated_at             text                           -- last change in the source, UTC; null: not given
) strict, without rowid;

create index fct_event_registrations__learner on fct_event_registrations (learner_id);
create index fct_event_registrations__handle on fct_event_registrations (user_handle);

with

learners as (
    select learner_id, email from dim_learners where email is not null
),

registrants as (
    select
        lower(email) as email,
        event_id,
        user_handle,
        attendance_type,
        event_category,
        updated_at,
        count(*) as row_count
    from stg_learning_roi__event_registrants
    group by 1, 2, 3, 4, 5, 6
),

final as (
    select
        sk(
            registrants.email,
            registrants.event_id,
            registrants.user_handle,
            registrants.attendance_type,
            registrants.event_category,
            registrants.updated_at
        ) as event_registration_id,
        learners.learner_id,
        registrants.event_id,
        registrants.user_handle,
        registrants.attendance_type,
        registrants.event_category,
        registrants.row_count,
        registrants.updated_at
    from registrants
    left join learners on registrants.email = learners.email
)

select * from final;
