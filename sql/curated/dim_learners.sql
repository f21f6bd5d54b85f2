-- dim_learners, version 1
-- One row per learner: an e-mail address, or an account of GitHub Skills without one.
-- owner: learning-analytics
--
-- learner_id is a hash of the address, or of the account's number: the same in
-- every build. `learnsql forget --learner` takes it, or the address itself.

create table dim_learners (
    ---------- keys
    learner_id             text    not null primary key,  -- hash of the address, or of the account where there is none; pii: id
    dotcom_id              integer                        -- null: unresolved; pii: id
        references dim_learner_accounts (dotcom_id),
    registered_dotcom_id   integer                        -- by the portal's registration where nothing else tells; pii: id
        references dim_learner_accounts (dotcom_id),
    ---------- text
    email                  text    unique,                -- lower case; null: known by account only; pii: email
    id_source              text    not null,              -- who gave dotcom_id: snapshots, signup, exam, none
    user_handle            text    not null,              -- '': none; pii: login
    registered_handle      text    not null,              -- user_handle, else the portal's; '': none; pii: login
    ace_first_name         text,                          -- of the newest registration; pii: name
    ace_last_name          text,                          -- of the newest registration; pii: name
    job_role               text,                          -- of the newest registration; null: none, or not said
    ace_company            text,                          -- of the newest registration; null: none, or not said
    ace_company_type       text,                          -- of the newest registration; null: none, or not said
    ace_country            text,                          -- as the newest registration writes it; null: none, or not said
    ace_region             text,                          -- as the newest registration writes it; null: none, or not said
    ---------- booleans
    has_exam               integer not null,              -- 1: has a result or registration, passed or not
    is_registered          integer not null,              -- in the portal, with its main address
    has_event              integer not null,              -- 1: registered for an event
    has_partner_credential integer not null,              -- 1: completed one of a partner
    is_skills_only         integer not null               -- 1: only views of GitHub Skills are known, no address
        constraint is_skills_only_is_boolean check (is_skills_only in (0, 1)),
    ---------- times
    registered_at          text                           -- newest registration; skills only: first view; null: neither
) strict, without rowid;

create index dim_learners__dotcom_id on dim_learners (dotcom_id);
create index dim_learners__registered_dotcom_id on dim_learners (registered_dotcom_id);

with

identities as (
    select
        email,
        dotcom_id,
        id_source,
        user_handle,
        registered_dotcom_id,
        registered_handle
    from dim_identity_emails
),

-- The casts here give the joins below an index: a bare function has no affinity.
examined as (
    select cast(lower(email) as varchar) as email from stg_learning_roi__exam_results
    union
    select cast(lower(email) as varchar) from stg_learning_roi__pearson_exam_results
),

registrations as (
    select
        cast(lower(email) as varchar) as email,
        first_name,
        last_name,
        job_role,
        company,
        company_type,
        country,
        region,
        registered_at,
        row_number() over (
            partition by lower(email)
            order by registered_at desc nulls last, user_handle, row_id
        ) as age
    from stg_learning_roi__ace_users
    where email is not null
),

guests as (
    select distinct cast(lower(email) as varchar) as email
    from stg_learning_roi__event_registrants
),

partnered as (
    select distinct cast(lower(email) as varchar) as email
    from stg_learning_roi__partner_credentials
    where is_completed = 1
),

by_email as (
    select
        sk('email', identities.email) as learner_id,
        nullif(identities.dotcom_id, 0) as dotcom_id,
        nullif(identities.registered_dotcom_id, 0) as registered_dotcom_id,
        identities.email,
        identities.id_source,
        identities.user_handle,
        identities.registered_handle,
        registrations.first_name as ace_first_name,
        registrations.last_name as ace_last_name,
        registrations.job_role,
        registrations.company as ace_company,
        registrations.company_type as ace_company_type,
        registrations.country as ace_country,
        registrations.region as ace_region,
        case when examined.email is null then 0 else 1 end as has_exam,
        case when registrations.email is null then 0 else 1 end as is_registered,
        case when guests.email is null then 0 else 1 end as has_event,
        case when partnered.email is null then 0 else 1 end
            as has_partner_credential,
        0 as is_skills_only,
        registrations.registered_at
    from identities
    left join examined on identities.email = examined.email
    left join registrations
        on identities.email = registrations.email and registrations.age = 1
    left join guests on identities.email = guests.email
    left join partnered on identities.email = partnered.email
),

known_ids as (
    select distinct registered_dotcom_id as dotcom_id
    from by_email
    where registered_dotcom_id is not null
),

skilled as (
    select actor_id as dotcom_id, min(first_view_at) as first_view_at
    from stg_learning_roi__page_views
    where
        actor_id > 0
        and lower(repository) like 'skills/%'
        and first_view_at >= '2024-01-01'
        and actor_id not in (select dotcom_id from known_ids)
    group by actor_id
),

accounts as (
    select dotcom_id, user_handle from dim_learner_accounts
),

final as (
    select * from by_email
    union all
    select
        sk('account', cast(skilled.dotcom_id as varchar)),
        skilled.dotcom_id,
        skilled.dotcom_id,
        cast(null as varchar),
        'none',
        coalesce(accounts.user_handle, ''),
        coalesce(accounts.user_handle, ''),
        cast(null as varchar),
        cast(null as varchar),
        cast(null as varchar),
        cast(null as varchar),
        cast(null as varchar),
        cast(null as varchar),
        cast(null as varchar),
        0,
        0,
        0,
        0,
        1,
        skilled.first_view_at
    from skilled
    left join accounts on skilled.dotcom_id = accounts.dotcom_id
)

select * from final;
