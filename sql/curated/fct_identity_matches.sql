-- fct_identity_matches, version 1
-- One row per learner's address, source and account that the source gives it.
-- owner: learning-analytics
--
-- The sources in order: 1 snapshots (verified addresses of accounts), 2 signup,
-- 3 exam, 4 ace_registration. The chosen match is of the first source that has
-- one, and in it the greatest id; the fourth counts for learners_enriched only.
-- Nothing depends on the order in which rows arrived.

create table fct_identity_matches (
    email              text    not null,  -- lower case; pii: email
    source_rank        integer not null   -- 1 is asked first; 4 is never chosen here
        constraint source_rank_is_known check (source_rank between 1 and 4),
    dotcom_id          integer not null   -- the account that the source gives the address; pii: id
        constraint dotcom_id_is_positive check (dotcom_id > 0),
    id_source          text    not null,  -- snapshots, signup, exam, ace_registration
    user_handle        text,              -- lower case; null: the rows have none; pii: login
    evidence_table     text    not null,  -- raw table with the row that speaks
    evidence_row_id    integer not null,  -- row_id in it, of the row that speaks
    is_chosen          integer not null   -- 1: the match that counts for the address; only ranks 1 to 3
        constraint is_chosen_is_boolean check (is_chosen in (0, 1)),
    primary key (email, source_rank, dotcom_id)
) strict, without rowid;

with

learner_emails as (
    select lower(email) as email from stg_learning_roi__exam_results
    union
    select lower(email) from stg_learning_roi__pearson_exam_results
    union
    select lower(coalesce(email, work_email)) from stg_learning_roi__ace_users
    union
    select lower(email) from stg_learning_roi__event_registrants
    union
    select lower(email) from stg_learning_roi__partner_credentials
    where is_completed = 1
),

claims as (
    select
        1 as source_rank,
        'snapshots' as id_source,
        'raw_learning_roi__user_emails' as evidence_table,
        lower(email) as email,
        user_id as dotcom_id,
        cast(null as varchar) as user_handle,
        cast(null as varchar) as moment,
        row_id
    from stg_learning_roi__user_emails
    where is_verified = 1
    union all
    select
        2,
        'signup',
        'raw_learning_roi__user_signups',
        lower(email),
        actor_id,
        lower(actor_login),
        signed_up_at,
        row_id
    from stg_learning_roi__user_signups
    union all
    select
        3,
        'exam',
        'raw_learning_roi__exam_results',
        lower(email),
        try_bigint(dotcom_id_text),
        lower(user_handle),
        ended_at,
        row_id
    from stg_learning_roi__exam_results
    union all
    select
        4,
        'ace_registration',
        'raw_learning_roi__ace_users',
        lower(coalesce(email, work_email)),
        try_bigint(dotcom_id_text),
        lower(user_handle),
        registered_at,
        row_id
    from stg_learning_roi__ace_users
),

-- Of rows that say the same of an address and id, the newest with a name speaks.
speaking as (
    select
        claims.*,
        row_number() over (
            partition by claims.email, claims.source_rank, claims.dotcom_id
            order by
                case when claims.user_handle is null then 1 else 0 end,
                claims.moment desc nulls last,
                claims.user_handle,
                claims.row_id
        ) as speaker
    from claims
    inner join learner_emails on claims.email = learner_emails.email
    where claims.dotcom_id > 0
),

final as (
    select
        email,
        source_rank,
        dotcom_id,
        id_source,
        user_handle,
        evidence_table,
        row_id as evidence_row_id,
        case
            when source_rank <= 3 and row_number() over (
                partition by email order by source_rank, dotcom_id desc
            ) = 1 then 1
            else 0
        end as is_chosen
    from speaking
    where speaker = 1
)

select * from final;
