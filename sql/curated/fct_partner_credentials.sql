-- fct_partner_credentials, version 1
-- One row per completed credential that a partner gave a learner.
-- owner: learning-analytics

create table fct_partner_credentials (
    partner_credential_id  text    not null primary key,  -- hash of address, certification, partner and time
    learner_id             text    not null               -- pii: id
        references dim_learners (learner_id),
    certification_name     text,                          -- as the partner calls it; null: not given
    partner_name           text,                          -- the company that gave it; null: not given
    row_count              integer not null,              -- equal rows that the source has of it
    completed_at           text                           -- UTC, midnight where only the day is given; null: not given
) strict, without rowid;

create index fct_partner_credentials__learner on fct_partner_credentials (learner_id);

with

learners as (
    select learner_id, email from dim_learners where email is not null
),

credentials as (
    select
        lower(email) as email,
        certification_name,
        partner_name,
        completed_at,
        count(*) as row_count
    from stg_learning_roi__partner_credentials
    where is_completed = 1
    group by 1, 2, 3, 4
),

final as (
    select
        sk(
            credentials.email,
            credentials.certification_name,
            credentials.partner_name,
            credentials.completed_at
        ) as partner_credential_id,
        learners.learner_id,
        credentials.certification_name,
        credentials.partner_name,
        credentials.row_count,
        credentials.completed_at
    from credentials
    inner join learners on credentials.email = learners.email
)

select * from final;
