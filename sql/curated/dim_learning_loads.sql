-- dim_learning_loads, version 1
-- One row per raw table of Learning ROI that has rows: its newest load.
-- owner: learning-analytics

create table dim_learning_loads (
    raw_table  text    not null primary key,  -- full name, with raw_learning_roi__ before it
    load_id    integer not null,              -- row_id >> 28 of the table's newest row
    source     text,                          -- null: the ledger does not know it
    object     text,                          -- what of the source was read; null: the ledger does not know it
    seen_at    text                           -- when the source was last asked
) strict, without rowid;

with

newest as (
    select 'user_emails' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__user_emails
    union all
    select 'user_signups' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__user_signups
    union all
    select 'exam_results' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__exam_results
    union all
    select 'pearson_exam_results' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__pearson_exam_results
    union all
    select 'eligibilities_sent' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__eligibilities
    union all
    select 'exams_scheduled' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__exams_scheduled
    union all
    select 'exams_rescheduled' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__exams_rescheduled
    union all
    select 'exams_cancelled' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__exams_cancelled
    union all
    select 'exams_absent' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__exams_absent
    union all
    select 'ace_users' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__ace_users
    union all
    select 'event_registrants' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__event_registrants
    union all
    select 'user_product_days' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__user_product_days
    union all
    select 'page_views' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__page_views
    union all
    select 'docs_page_events' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__docs_page_events
    union all
    select 'partner_credentials' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__partner_credentials
    union all
    select 'accounts' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__accounts
    union all
    select 'account_relationships' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__account_relationships
    union all
    select 'account_hierarchies' as raw_table, max(row_id) / 268435456 as load_id
    from stg_learning_roi__account_hierarchies
),

loads as (
    select load_id, source, object, seen_at from stg_learning_roi__loads
),

final as (
    select
        'raw_learning_roi__' || newest.raw_table as raw_table,
        newest.load_id,
        loads.source,
        loads.object,
        loads.seen_at
    from newest
    left join loads on newest.load_id = loads.load_id
    where newest.load_id is not null
)

select * from final;
