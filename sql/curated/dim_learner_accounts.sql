-- dim_learner_accounts, version 1
-- One row per account that learns: of a learner's address, an exam, a registration,
-- or a page of Learn or Skills. With its country and who pays for it.
-- owner: learning-analytics

create table dim_learner_accounts (
    dotcom_id                    integer primary key,  -- GitHub's number of the account; pii: id
    user_handle                  text,                 -- lower case; null: nobody says; pii: login
    country_account              text,                 -- null: not known
    active_country               text,                 -- first where it used a product
    org_dotcom_id                integer,              -- a paid organisation first, then the least id
    org_name                     text,                 -- login of the organisation; null: none
    org_country                  text,                 -- null: no organisation, or not known
    org_plan_name                text,                 -- the organisation's plan; null: no organisation, or not known
    org_enterprise_slug          text,                 -- the enterprise's name in addresses; null: in none
    org_enterprise_id            integer,
    org_customer_id              text,                 -- who pays for the organisation; null: nobody known
    org_customer_name            text,                 -- who pays for the organisation; null: nobody known
    org_salesforce_account_name  text,                 -- the organisation's customer in sales; null: not known
    org_salesforce_parent_name   text,                 -- the company above that one; null: not known
    org_count                    integer not null,     -- organisations that it is a member of; 0: none; unit: organisations
    user_customer_name           text,                 -- who pays for the account itself; null: nobody known
    user_salesforce_account_name text,                 -- the account's own customer in sales; null: not known
    user_salesforce_parent_name  text,                 -- the company above that one; null: not known
    org_is_paid                  integer,              -- null: no organisation
    org_is_emu                   integer,              -- null: no organisation
    org_has_enterprise_agreements integer,             -- null: no organisation
    is_staff                     integer not null,     -- 1: works at GitHub; 0: does not, or not known
    is_spammy                    integer not null,     -- 1: marked as spam; 0: not, or not known
    has_passed_exam              integer not null,     -- an exam of FY22-25 that was passed names it
    is_resolved                  integer not null      -- an address leads to it
        constraint is_resolved_is_boolean check (is_resolved in (0, 1))
) strict;

create index dim_learner_accounts__user_handle on dim_learner_accounts (user_handle);

with

resolved as (
    select distinct dotcom_id from fct_identity_matches where is_chosen = 1
),

-- The cast gives the join below an index: a bare function has no affinity.
exam_ids as (
    select cast(try_bigint(dotcom_id_text) as bigint) as dotcom_id, max(is_passed) as is_passed
    from stg_learning_roi__exam_results
    group by 1
),

viewers as (
    select distinct actor_id as dotcom_id
    from stg_learning_roi__page_views
    where
        actor_id > 0
        and (app = 'learn' or lower(repository) like 'skills/%')
),

ids as (
    select dotcom_id from fct_identity_matches
    union
    select dotcom_id from exam_ids where dotcom_id > 0
    union
    select dotcom_id from viewers
),

-- A name for an id, from the source that knows best.
said_names as (
    select 1 as place, actor_id as dotcom_id, lower(actor_login) as user_handle, signed_up_at as moment
    from stg_learning_roi__user_signups
    union all
    select 2, try_bigint(dotcom_id_text), lower(user_handle), ended_at
    from stg_learning_roi__exam_results
    union all
    select 3, try_bigint(dotcom_id_text), lower(user_handle), registered_at
    from stg_learning_roi__ace_users
    union all
    select 4, user_id, lower(user_login), last_view_at
    from stg_learning_roi__page_views
),

ranked_names as (
    select
        said_names.dotcom_id,
        said_names.user_handle,
        row_number() over (
            partition by said_names.dotcom_id
            order by
                said_names.place,
                said_names.moment desc nulls last,
                said_names.user_handle
        ) as name_number
    from said_names
    inner join ids on said_names.dotcom_id = ids.dotcom_id
    where said_names.user_handle is not null
),

account_days as (
    select
        accounts.dotcom_id,
        accounts.country_account,
        accounts.is_staff,
        accounts.is_spammy,
        row_number() over (
            partition by accounts.dotcom_id
            order by accounts.seen_date desc nulls last, accounts.row_id
        ) as age
    from stg_learning_roi__accounts as accounts
    where accounts.account_type = 'User' or accounts.account_type is null
),

hierarchy_days as (
    select
        hierarchies.*,
        row_number() over (
            partition by hierarchies.dotcom_id, hierarchies.account_type
            order by hierarchies.seen_date desc nulls last, hierarchies.row_id
        ) as age
    from stg_learning_roi__account_hierarchies as hierarchies
),

memberships as (
    select distinct child_dotcom_id, parent_dotcom_id
    from stg_learning_roi__account_relationships
    where child_type = 'User' and parent_type = 'Organization'
),

organisations as (
    select
        memberships.child_dotcom_id,
        memberships.parent_dotcom_id,
        hierarchy_days.login,
        hierarchy_days.country,
        hierarchy_days.plan_name,
        hierarchy_days.enterprise_slug,
        hierarchy_days.enterprise_id,
        hierarchy_days.customer_id,
        hierarchy_days.customer_name,
        hierarchy_days.salesforce_account_name,
        hierarchy_days.salesforce_parent_name,
        hierarchy_days.is_paid,
        hierarchy_days.is_emu,
        hierarchy_days.has_enterprise_agreements,
        count(*) over (partition by memberships.child_dotcom_id) as org_count,
        row_number() over (
            partition by memberships.child_dotcom_id
            order by hierarchy_days.is_paid desc nulls last, memberships.parent_dotcom_id
        ) as place
    from memberships
    left join hierarchy_days
        on
            memberships.parent_dotcom_id = hierarchy_days.dotcom_id
            and hierarchy_days.account_type = 'Organization'
            and hierarchy_days.age = 1
),

active_countries as (
    select user_id, min_by(country_code, usage_date || country_code) as country_code
    from stg_learning_roi__user_product_days
    where country_code is not null
    group by user_id
),

final as (
    select
        ids.dotcom_id,
        ranked_names.user_handle,
        account_days.country_account,
        active_countries.country_code as active_country,
        organisations.parent_dotcom_id as org_dotcom_id,
        organisations.login as org_name,
        organisations.country as org_country,
        organisations.plan_name as org_plan_name,
        organisations.enterprise_slug as org_enterprise_slug,
        organisations.enterprise_id as org_enterprise_id,
        organisations.customer_id as org_customer_id,
        organisations.customer_name as org_customer_name,
        organisations.salesforce_account_name as org_salesforce_account_name,
        organisations.salesforce_parent_name as org_salesforce_parent_name,
        coalesce(organisations.org_count, 0) as org_count,
        payers.customer_name as user_customer_name,
        payers.salesforce_account_name as user_salesforce_account_name,
        payers.salesforce_parent_name as user_salesforce_parent_name,
        organisations.is_paid as org_is_paid,
        organisations.is_emu as org_is_emu,
        organisations.has_enterprise_agreements as org_has_enterprise_agreements,
        coalesce(account_days.is_staff, 0) as is_staff,
        coalesce(account_days.is_spammy, 0) as is_spammy,
        coalesce(exam_ids.is_passed, 0) as has_passed_exam,
        case when resolved.dotcom_id is null then 0 else 1 end as is_resolved
    from ids
    left join ranked_names
        on ids.dotcom_id = ranked_names.dotcom_id and ranked_names.name_number = 1
    left join account_days
        on ids.dotcom_id = account_days.dotcom_id and account_days.age = 1
    left join organisations
        on ids.dotcom_id = organisations.child_dotcom_id and organisations.place = 1
    left join hierarchy_days as payers
        on
            ids.dotcom_id = payers.dotcom_id
            and payers.account_type = 'User'
            and payers.age = 1
    left join active_countries on ids.dotcom_id = active_countries.user_id
    left join exam_ids on ids.dotcom_id = exam_ids.dotcom_id
    left join resolved on ids.dotcom_id = resolved.dotcom_id
)

select * from final;
