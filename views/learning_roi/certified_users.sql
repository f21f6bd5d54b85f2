-- certified_users, version 1
-- One row per e-mail address with a passed exam, or any registration since the
-- fiscal year 26.
-- owner: learning-analytics
-- file: certified_users.csv
--
-- The columns up to days_since_cert are those of the old file, computed as there:
-- first and last date count failures of FY26 and exams still to come, and
-- cert_product_focus knows the codes since FY26 only. Who failed before FY26 and
-- never passed is not here; learners_enriched has everybody.

create table certified_users (
    email                         text    not null primary key,  -- lower case; pii: email
    dotcom_id                     integer not null,              -- 0: unresolved; pii: id
    user_handle                   text    not null,              -- '': none; pii: login
    learner_status                text    not null,              -- Champion (4 passes) down to Certified (1), else Learning
    journey_stage                 text    not null,              -- learner_status as a stage, such as Stage 6: Certified
    cert_product_focus            text    not null,              -- by the codes since FY26; Foundations: none of them
    first_cert_date               text,                          -- an instant; null: no exam has a date
    latest_cert_date              text,                          -- an instant, may be to come; null: no exam has a date
    total_certs                   integer not null,              -- exams passed
    total_attempts                integer not null,              -- passes up to FY25 and every row of FY26; unit: exams
    cert_titles                   text    not null,              -- up to 5, by first date, joined by ','
    exam_codes                    text    not null,              -- up to 5, by first date, joined by ','
    days_since_cert               integer,                       -- days from first_cert_date to the day of the build; unit: days
    id_source                     text    not null,              -- snapshots, signup, exam, none
    cert_product_focus_all_codes  text    not null,              -- by old and new codes, all of them
    first_passed_at               text,                          -- null: nothing passed
    failed_before_fy26            integer not null               -- attempts that the columns before leave out
) strict, without rowid;

with

learners as (
    select learner_id, email, dotcom_id, user_handle, id_source
    from dim_learners
    where email is not null
),

results as (
    select
        learner_id,
        exam_code,
        written_code,
        written_name,
        is_passed,
        exam_at,
        case when source = 'FY26' or is_passed = 1 then 1 else 0 end as is_counted
    from fct_exam_results
    where learner_id is not null
),

totals as (
    select
        learner_id,
        min(exam_at) filter (where is_counted = 1) as first_cert_date,
        max(exam_at) filter (where is_counted = 1) as latest_cert_date,
        min(exam_at) filter (where is_passed = 1) as first_passed_at,
        sum(is_passed) as total_certs,
        sum(is_counted) as total_attempts,
        sum(1 - is_counted) as failed_before_fy26,
        max(case when exam_code in ('GH-200', 'ACTIONS') then 1 else 0 end) as has_actions,
        max(case when exam_code in ('GH-300', 'COPILOT') then 1 else 0 end) as has_copilot,
        max(case when exam_code in ('GH-400', 'GHAS') then 1 else 0 end) as has_security,
        max(case when exam_code in ('GH-100', 'ADMIN') then 1 else 0 end) as has_administration
    from results
    group by learner_id
    having sum(is_counted) > 0
),

first_titles as (
    select learner_id, written_name, min(exam_at) as first_at
    from results
    where is_counted = 1 and written_name is not null
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
            max(case when place = 5 then written_name end)
        ) as cert_titles
    from numbered_titles
    group by learner_id
),

first_codes as (
    select learner_id, written_code, min(exam_at) as first_at
    from results
    where is_counted = 1 and written_code is not null
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
            max(case when place = 5 then written_code end)
        ) as exam_codes
    from numbered_codes
    group by learner_id
),

final as (
    select
        learners.email,
        coalesce(learners.dotcom_id, 0) as dotcom_id,
        learners.user_handle,
        case
            when totals.total_certs >= 4 then 'Champion'
            when totals.total_certs >= 3 then 'Specialist'
            when totals.total_certs >= 2 then 'Multi-Certified'
            when totals.total_certs = 1 then 'Certified'
            when totals.total_attempts > 0 then 'Learning'
            else 'Unknown'
        end as learner_status,
        case
            when totals.total_certs >= 4 then 'Stage 11: Champion'
            when totals.total_certs >= 3 then 'Stage 10: Specialist'
            when totals.total_certs >= 2 then 'Stage 9: Power User'
            when totals.total_certs = 1 then 'Stage 6: Certified'
            when totals.total_attempts > 0 then 'Stage 4: Learning'
            else 'Stage 1: Unaware'
        end as journey_stage,
        case
            when strpos(upper(codes.exam_codes), 'GH-200') > 0 then 'GitHub Actions'
            when strpos(upper(codes.exam_codes), 'GH-300') > 0 then 'GitHub Copilot'
            when strpos(upper(codes.exam_codes), 'GH-400') > 0 then 'Advanced Security'
            when strpos(upper(codes.exam_codes), 'GH-100') > 0 then 'Administration'
            else 'Foundations'
        end as cert_product_focus,
        totals.first_cert_date,
        totals.latest_cert_date,
        totals.total_certs,
        totals.total_attempts,
        coalesce(titles.cert_titles, '') as cert_titles,
        coalesce(codes.exam_codes, '') as exam_codes,
        date_diff(
            'day', date(substr(totals.first_cert_date, 1, 10)), date(:as_of_date)
        ) as days_since_cert,
        learners.id_source,
        case
            when totals.has_actions = 1 then 'GitHub Actions'
            when totals.has_copilot = 1 then 'GitHub Copilot'
            when totals.has_security = 1 then 'Advanced Security'
            when totals.has_administration = 1 then 'Administration'
            else 'Foundations'
        end as cert_product_focus_all_codes,
        totals.first_passed_at,
        totals.failed_before_fy26
    from totals
    inner join learners on totals.learner_id = learners.learner_id
    left join titles on totals.learner_id = titles.learner_id
    left join codes on totals.learner_id = codes.learner_id
)

select * from final;
