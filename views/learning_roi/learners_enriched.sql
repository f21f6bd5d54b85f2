-- learners_enriched, version 1
-- One row per learner: exams, registrations and events by e-mail address, who used
-- GitHub Skills only by account, who has a partner's credential only by address.
-- Staff and accounts marked as spam are left out.
-- owner: learning-analytics
-- file: learners_enriched.csv
--
-- Of the old file these columns are not made: demographics but country_account,
-- usage of ten products, usage before the first certificate, skill_maturity_score,
-- products_adopted_count, data_quality_score, and the journey that overrides.
-- company_name is the first of: the organisation's and the user's paying customer,
-- their Salesforce accounts, those accounts' parents, the exam's and the portal's
-- company, the organisation's name, a partner's, the address's domain.
-- The table has row ids: SQLite 3.40 takes a table without, whose key is the last
-- column, for damaged (integrity_check tells of null values that are none).

create table learners_enriched (
    email                        text    not null,  -- '': known by account only; pii: email
    dotcom_id                    integer not null,  -- 0: unresolved; by the portal's registration too; pii: id
    userhandle                   text    not null,  -- lower case; '': none; pii: login
    first_name                   text    not null,  -- of exams, else the registration; pii: name
    last_name                    text    not null,  -- of exams, else the registration; pii: name
    job_role                     text    not null,  -- of the portal; '': none
    exam_company                 text    not null,  -- the greatest text of their exams; '': none
    exam_company_type            text    not null,  -- the greatest text of their exams; '': none
    ace_company                  text    not null,  -- of the portal; '': none
    ace_company_type             text    not null,  -- of the portal; '': none
    exam_country                 text    not null,  -- the greatest text of their exams; '': none
    exam_region                  text    not null,  -- the greatest text of their exams; '': none
    ace_country                  text    not null,  -- of the portal; '': none
    ace_region                   text    not null,  -- of the portal; '': none
    registration_date            text,              -- null: never registered
    total_exams                  integer not null,  -- passed or not; partner only: credentials; unit: exams
    exams_passed                 integer not null,  -- partner only: credentials; unit: exams
    first_exam                   text,              -- partner only: first credential; null: none has a time
    last_exam                    text,              -- partner only: last credential; null: none has a time
    cert_names                   text    not null,  -- passed: up to 10, by first date, joined by ','
    exam_codes                   text    not null,  -- up to 10, by first date, joined by ','
    events_registered            integer not null,  -- rows of registration, not events; unit: registrations
    first_event                  text,              -- by time of change; null: none
    last_event                   text,              -- by time of change; null: none
    learner_status               text    not null,  -- by passes as in certified_users, else by what is known
    journey_stage                text    not null,  -- learner_status as a stage, such as Stage 3: Engaged
    country_account              text,
    org_dotcom_id                integer,
    org_name                     text,
    org_country                  text,
    org_is_paid                  integer,
    org_plan_name                text,
    org_is_emu                   integer,
    org_enterprise_slug          text,
    org_enterprise_id            integer,
    org_customer_id              text,
    org_customer_name            text,
    org_salesforce_account_name  text,
    org_salesforce_parent_name   text,
    org_has_enterprise_agreements integer,
    org_count                    integer not null,  -- organisations of the account; 0: none; unit: organisations
    user_customer_name           text,
    user_salesforce_account_name text,
    user_salesforce_parent_name  text,
    company_name                 text    not null,  -- '': nobody says
    company_source               text    not null,  -- which of the sources above; none: nobody says
    country                      text    not null,  -- as its source writes it; '': nobody says
    region                       text    not null,  -- AMER, EMEA, APAC, Other, Unknown
    id_source                    text    not null,  -- snapshots, signup, exam, ace_registration, skills, none
    learner_id                   text    not null primary key  -- as in dim_learners; pii: id
) strict;

create index learners_enriched__email on learners_enriched (email);
create index learners_enriched__dotcom_id on learners_enriched (dotcom_id);

with

learners as (
    select
        learner_id,
        registered_dotcom_id,
        email,
        registered_handle,
        ace_first_name,
        ace_last_name,
        job_role,
        ace_company,
        ace_company_type,
        ace_country,
        ace_region,
        has_exam,
        is_registered,
        has_event,
        is_skills_only,
        registered_at
    from dim_learners
    where
        has_exam = 1
        or is_registered = 1
        or has_event = 1
        or has_partner_credential = 1
        or is_skills_only = 1
),

identities as (
    select email, registered_id_source from dim_identity_emails
),

-- Read in place, so that its key serves: materialized, each join would copy it.
accounts as not materialized (
    select
        dotcom_id,
        country_account,
        org_dotcom_id,
        org_name,
        org_country,
        org_is_paid,
        org_plan_name,
        org_is_emu,
        org_enterprise_slug,
        org_enterprise_id,
        org_customer_id,
        org_customer_name,
        org_salesforce_account_name,
        org_salesforce_parent_name,
        org_has_enterprise_agreements,
        org_count,
        user_customer_name,
        user_salesforce_account_name,
        user_salesforce_parent_name,
        active_country,
        is_staff,
        is_spammy
    from dim_learner_accounts
),

results as (
    select
        learner_id,
        written_code,
        written_name,
        first_name,
        last_name,
        company,
        company_type,
        country,
        region,
        is_passed,
        exam_at
    from fct_exam_results
    where learner_id is not null
),

exam_totals as (
    select
        learner_id,
        count(*) as total_exams,
        sum(is_passed) as exams_passed,
        min(exam_at) as first_exam,
        max(exam_at) as last_exam,
        max_by(first_name, coalesce(exam_at, '')) filter (where first_name is not null)
            as first_name,
        max_by(last_name, coalesce(exam_at, '')) filter (where last_name is not null)
            as last_name,
        max(company) as exam_company,
        max(company_type) as exam_company_type,
        max(country) as exam_country,
        max(region) as exam_region
    from results
    group by learner_id
),

first_titles as (
    select learner_id, written_name, min(exam_at) as first_at
    from results
    where is_passed = 1 and written_name is not null
    group by learner_id, written_name
),

numbered_titles as (
    select
        learner_id,
        written_name,
        row_number() over (
            partition by learner_id order by first_at nulls last, written_name
        ) as place
    from first_titles
),

titles as (
    select
        learner_id,
        concat_ws(
            ',',
            max(case when place = 1 then written_name end),
            max(case when place = 2 then written_name end),
            max(case when place = 3 then written_name end),
            max(case when place = 4 then written_name end),
            max(case when place = 5 then written_name end),
            max(case when place = 6 then written_name end),
            max(case when place = 7 then written_name end),
            max(case when place = 8 then written_name end),
            max(case when place = 9 then written_name end),
            max(case when place = 10 then written_name end)
        ) as cert_names
    from numbered_titles
    group by learner_id
),

first_codes as (
    select learner_id, written_code, min(exam_at) as first_at
    from results
    where written_code is not null
    group by learner_id, written_code
),

numbered_codes as (
    select
        learner_id,
        written_code,
        row_number() over (
            partition by learner_id order by first_at nulls last, written_code
        ) as place
    from first_codes
),

codes as (
    select
        learner_id,
        concat_ws(
            ',',
            max(case when place = 1 then written_code end),
            max(case when place = 2 then written_code end),
            max(case when place = 3 then written_code end),
            max(case when place = 4 then written_code end),
            max(case when place = 5 then written_code end),
            max(case when place = 6 then written_code end),
            max(case when place = 7 then written_code end),
            max(case when place = 8 then written_code end),
            max(case when place = 9 then written_code end),
            max(case when place = 10 then written_code end)
        ) as exam_codes
    from numbered_codes
    group by learner_id
),

event_totals as (
    select
        learner_id,
        sum(row_count) as events_registered,
        min(updated_at) as first_event,
        max(updated_at) as last_event
    from fct_event_registrations
    where learner_id is not null
    group by learner_id
),

partner_totals as (
    select
        learner_id,
        sum(row_count) as partner_certs,
        min(completed_at) as first_partner_cert,
        max(completed_at) as last_partner_cert,
        min_by(partner_name, coalesce(completed_at, '9') || partner_name)
            filter (where partner_name is not null) as partner_company
    from fct_partner_credentials
    group by learner_id
),

first_credentials as (
    select learner_id, certification_name, min(completed_at) as first_at
    from fct_partner_credentials
    where certification_name is not null
    group by learner_id, certification_name
),

numbered_credentials as (
    select
        learner_id,
        certification_name,
        row_number() over (
            partition by learner_id order by first_at nulls last, certification_name
        ) as place
    from first_credentials
),

credentials as (
    select
        learner_id,
        concat_ws(
            ',',
            max(case when place = 1 then certification_name end),
            max(case when place = 2 then certification_name end),
            max(case when place = 3 then certification_name end),
            max(case when place = 4 then certification_name end),
            max(case when place = 5 then certification_name end),
            max(case when place = 6 then certification_name end),
            max(case when place = 7 then certification_name end),
            max(case when place = 8 then certification_name end),
            max(case when place = 9 then certification_name end),
            max(case when place = 10 then certification_name end)
        ) as cert_names
    from numbered_credentials
    group by learner_id
),

domains as (
    select email_domain, company_name, is_free_mail from dim_email_domains
),

countries as (
    select country_code, region from dim_sales_countries
),

-- Whom only a partner knows has the partner's certificates for exams.
based as (
    select
        learners.*,
        case
            when
                learners.has_exam = 0
                and learners.is_registered = 0
                and learners.has_event = 0
                and learners.is_skills_only = 0
                then 1
            else 0
        end as is_partner_only,
        split_part(learners.email, '@', 2) as email_domain
    from learners
),

totals as (
    select
        based.learner_id,
        case
            when based.is_partner_only = 1 then partner_totals.partner_certs
            else coalesce(exam_totals.total_exams, 0)
        end as total_exams,
        case
            when based.is_partner_only = 1 then partner_totals.partner_certs
            else coalesce(exam_totals.exams_passed, 0)
        end as exams_passed
    from based
    left join exam_totals on based.learner_id = exam_totals.learner_id
    left join partner_totals on based.learner_id = partner_totals.learner_id
),

companies as (
    select
        based.learner_id,
        accounts.org_customer_name,
        accounts.user_customer_name,
        coalesce(
            accounts.org_salesforce_account_name,
            accounts.user_salesforce_account_name
        ) as salesforce_account,
        coalesce(
            accounts.user_salesforce_parent_name,
            accounts.org_salesforce_parent_name
        ) as salesforce_parent,
        exam_totals.exam_company,
        based.ace_company,
        accounts.org_name,
        partner_totals.partner_company,
        case
            when domains.is_free_mail = 1 then cast(null as varchar)
            when domains.company_name is not null then domains.company_name
            when
                strpos(based.email_domain, '.edu') > 0
                or based.email_domain like '%.ac.uk'
                then cast(null as varchar)
            when regexp_like(split_part(based.email_domain, '.', 1), '^[^.]*[a-z][^.]*[a-z][^.]*[a-z]')
                then upper(substr(based.email_domain, 1, 1))
                    || substr(split_part(based.email_domain, '.', 1), 2)
        end as domain_company
    from based
    left join accounts on based.registered_dotcom_id = accounts.dotcom_id
    left join exam_totals on based.learner_id = exam_totals.learner_id
    left join partner_totals on based.learner_id = partner_totals.learner_id
    left join domains on based.email_domain = domains.email_domain
),

placed as (
    select
        based.learner_id,
        coalesce(
            accounts.country_account,
            accounts.org_country,
            exam_totals.exam_country,
            based.ace_country,
            accounts.active_country,
            ''
        ) as country
    from based
    left join accounts on based.registered_dotcom_id = accounts.dotcom_id
    left join exam_totals on based.learner_id = exam_totals.learner_id
),

final as (
    select
        coalesce(based.email, '') as email,
        coalesce(based.registered_dotcom_id, 0) as dotcom_id,
        based.registered_handle as userhandle,
        coalesce(exam_totals.first_name, based.ace_first_name, '') as first_name,
        coalesce(exam_totals.last_name, based.ace_last_name, '') as last_name,
        coalesce(based.job_role, '') as job_role,
        coalesce(exam_totals.exam_company, '') as exam_company,
        coalesce(exam_totals.exam_company_type, '') as exam_company_type,
        coalesce(based.ace_company, '') as ace_company,
        coalesce(based.ace_company_type, '') as ace_company_type,
        coalesce(exam_totals.exam_country, '') as exam_country,
        coalesce(exam_totals.exam_region, '') as exam_region,
        coalesce(based.ace_country, '') as ace_country,
        coalesce(based.ace_region, '') as ace_region,
        case
            when based.is_partner_only = 1 then partner_totals.first_partner_cert
            else based.registered_at
        end as registration_date,
        totals.total_exams,
        totals.exams_passed,
        case
            when based.is_partner_only = 1 then partner_totals.first_partner_cert
            else exam_totals.first_exam
        end as first_exam,
        case
            when based.is_partner_only = 1 then partner_totals.last_partner_cert
            else exam_totals.last_exam
        end as last_exam,
        case
            when based.is_partner_only = 1 then coalesce(credentials.cert_names, '')
            else coalesce(titles.cert_names, '')
        end as cert_names,
        coalesce(codes.exam_codes, '') as exam_codes,
        coalesce(event_totals.events_registered, 0) as events_registered,
        event_totals.first_event,
        event_totals.last_event,
        case
            when based.is_partner_only = 1 then 'Partner Certified'
            when based.is_skills_only = 1 then 'Skills Learner'
            when totals.exams_passed >= 4 then 'Champion'
            when totals.exams_passed >= 3 then 'Specialist'
            when totals.exams_passed >= 2 then 'Multi-Certified'
            when totals.exams_passed = 1 then 'Certified'
            when totals.total_exams > 0 then 'Learning'
            when event_totals.events_registered > 0 then 'Engaged'
            else 'Registered'
        end as learner_status,
        case
            when based.is_partner_only = 1 then 'Stage 6: Certified'
            when based.is_skills_only = 1 then 'Stage 3: Engaged'
            when totals.exams_passed >= 4 then 'Stage 11: Champion'
            when totals.exams_passed >= 3 then 'Stage 10: Specialist'
            when totals.exams_passed >= 2 then 'Stage 9: Power User'
            when totals.exams_passed = 1 then 'Stage 6: Certified'
            when totals.total_exams > 0 then 'Stage 4: Learning'
            when event_totals.events_registered > 0 then 'Stage 3: Engaged'
            else 'Stage 2: Registered'
        end as journey_stage,
        accounts.country_account,
        accounts.org_dotcom_id,
        accounts.org_name,
        accounts.org_country,
        accounts.org_is_paid,
        accounts.org_plan_name,
        accounts.org_is_emu,
        accounts.org_enterprise_slug,
        accounts.org_enterprise_id,
        accounts.org_customer_id,
        accounts.org_customer_name,
        accounts.org_salesforce_account_name,
        accounts.org_salesforce_parent_name,
        accounts.org_has_enterprise_agreements,
        coalesce(accounts.org_count, 0) as org_count,
        accounts.user_customer_name,
        accounts.user_salesforce_account_name,
        accounts.user_salesforce_parent_name,
        coalesce(
            companies.org_customer_name,
            companies.user_customer_name,
            companies.salesforce_account,
            companies.salesforce_parent,
            companies.exam_company,
            companies.ace_company,
            companies.org_name,
            companies.partner_company,
            companies.domain_company,
            ''
        ) as company_name,
        case
            when companies.org_customer_name is not null then 'billing_customer'
            when companies.user_customer_name is not null then 'user_billing_customer'
            when companies.salesforce_account is not null then 'salesforce_account'
            when companies.salesforce_parent is not null then 'salesforce_parent'
            when companies.exam_company is not null then 'exam_registration'
            when companies.ace_company is not null then 'ace_registration'
            when companies.org_name is not null then 'org_name'
            when companies.partner_company is not null then 'partner_credential'
            when companies.domain_company is not null then 'email_domain'
            else 'none'
        end as company_source,
        placed.country,
        case
            when placed.country = '' then 'Unknown'
            else coalesce(countries.region, 'Other')
        end as region,
        case
            when based.is_skills_only = 1 then 'skills'
            else coalesce(identities.registered_id_source, 'none')
        end as id_source,
        based.learner_id
    from based
    inner join totals on based.learner_id = totals.learner_id
    inner join companies on based.learner_id = companies.learner_id
    inner join placed on based.learner_id = placed.learner_id
    left join identities on based.email = identities.email
    left join accounts on based.registered_dotcom_id = accounts.dotcom_id
    left join exam_totals on based.learner_id = exam_totals.learner_id
    left join partner_totals on based.learner_id = partner_totals.learner_id
    left join event_totals on based.learner_id = event_totals.learner_id
    left join titles on based.learner_id = titles.learner_id
    left join codes on based.learner_id = codes.learner_id
    left join credentials on based.learner_id = credentials.learner_id
    left join countries on upper(placed.country) = countries.country_code
    where coalesce(accounts.is_staff, 0) = 0 and coalesce(accounts.is_spammy, 0) = 0
)

select * from final;
