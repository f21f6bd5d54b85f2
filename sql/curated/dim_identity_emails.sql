-- dim_identity_emails, version 1
-- One row per learner's address: the account behind it, and what each source says.
-- owner: learning-analytics
--
-- dotcom_id is 0 where no source knows the address. registered_dotcom_id takes the
-- portal's registration as well, when the three before it say nothing. user_handle
-- is of rows with an account's number: a name alone proves no account.

create table dim_identity_emails (
    email                 text    not null primary key,  -- lower case; pii: email
    dotcom_id             integer not null default 0,    -- 0: unresolved; pii: id
    id_source             text    not null               -- which source gave dotcom_id; none: none did
        constraint id_source_is_known
            check (id_source in ('snapshots', 'signup', 'exam', 'none')),
    user_handle           text    not null,              -- lower case; '': none; pii: login
    portal_handle         text,                          -- of the newest registration with one; lower case; null: none; pii: login
    id_snapshots          integer,                       -- null: does not know it; pii: id
    id_signup             integer,                       -- by the signup; null: does not know it; pii: id
    id_exam               integer,                       -- by exam results; null: does not know it; pii: id
    registered_dotcom_id  integer not null default 0,    -- dotcom_id, else the portal's; 0: unresolved; pii: id
    registered_id_source  text    not null               -- which source gave registered_dotcom_id
        constraint registered_id_source_is_known
            check (registered_id_source in
                ('snapshots', 'signup', 'exam', 'ace_registration', 'none')),
    registered_handle     text    not null,              -- user_handle, else the portal's; lower case; '': none; pii: login
    is_conflicting        integer not null               -- two of the three differ
        constraint is_conflicting_is_boolean check (is_conflicting in (0, 1))
) strict, without rowid;

with

addresses as (
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

registered_names as (
    select
        lower(coalesce(email, work_email)) as email,
        max_by(lower(user_handle), coalesce(registered_at, '')) as user_handle
    from stg_learning_roi__ace_users
    where user_handle is not null
    group by 1
),

-- Read in place, so that its key serves: materialized, each join would walk it.
matches as not materialized (
    select email, source_rank, dotcom_id, id_source, user_handle, is_chosen
    from fct_identity_matches
),

choices as (
    select email, dotcom_id, id_source from matches where is_chosen = 1
),

by_source as (
    select
        email,
        max(case when source_rank = 1 then dotcom_id end) as id_snapshots,
        max(case when source_rank = 2 then dotcom_id end) as id_signup,
        max(case when source_rank = 3 then dotcom_id end) as id_exam,
        max(case when source_rank = 4 then dotcom_id end) as id_registration
    from matches
    group by email
),

-- First the name that goes with the chosen id, then the first that there is.
named as (
    select
        matches.email,
        matches.user_handle,
        row_number() over (
            partition by matches.email
            order by
                case when matches.dotcom_id = choices.dotcom_id then 0 else 1 end,
                matches.source_rank,
                matches.dotcom_id desc
        ) as place
    from matches
    left join choices on matches.email = choices.email
    where
        matches.user_handle is not null
        and matches.source_rank <= 3
),

names as (
    select email, user_handle from named where place = 1
),

final as (
    select
        addresses.email,
        coalesce(choices.dotcom_id, 0) as dotcom_id,
        coalesce(choices.id_source, 'none') as id_source,
        coalesce(names.user_handle, '') as user_handle,
        registered_names.user_handle as portal_handle,
        by_source.id_snapshots,
        by_source.id_signup,
        by_source.id_exam,
        coalesce(choices.dotcom_id, by_source.id_registration, 0)
            as registered_dotcom_id,
        case
            when choices.id_source is not null then choices.id_source
            when by_source.id_registration is not null then 'ace_registration'
            else 'none'
        end as registered_id_source,
        coalesce(names.user_handle, registered_names.user_handle, '')
            as registered_handle,
        case
            when
                by_source.id_snapshots <> by_source.id_signup
                or by_source.id_snapshots <> by_source.id_exam
                or by_source.id_signup <> by_source.id_exam
                then 1
            else 0
        end as is_conflicting
    from addresses
    left join by_source on addresses.email = by_source.email
    left join choices on addresses.email = choices.email
    left join names on addresses.email = names.email
    left join registered_names on addresses.email = registered_names.email
    where addresses.email is not null
)

select * from final;
