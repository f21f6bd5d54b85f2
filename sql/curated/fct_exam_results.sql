-- fct_exam_results, version 1
-- One row per exam result (fiscal years 22 to 25) or registration (26), as the two
-- sources hold them.
-- owner: learning-analytics
--
-- The older source has the key eligibility, code and time, of which the newest
-- version counts; where a part is missing, and in the newer source, which has no
-- id, a row is known by all that it says.

create table fct_exam_results (
    ---------- keys
    exam_result_id       text    not null primary key,  -- hash of eligibility, code and time, else of the whole row
    learner_id           text                          -- null: no address; pii: id
        references dim_learners (learner_id),
    exam_code            text                          -- null: none given
        references dim_exams (exam_code),
    ---------- text
    eligibility_id       text,                         -- null in FY26
    source               text    not null              -- the fiscal years whose system has it
        constraint source_is_known check (source in ('FY22-25', 'FY26')),
    written_code         text,                         -- as the source writes it
    written_name         text,                         -- as the source writes it
    user_handle          text,                         -- lower case; pii: login
    dotcom_id_text       text,                         -- as the source has it; pii: id
    registration_status  text,                         -- FY26
    first_name           text,                         -- as the source writes it; pii: name
    last_name            text,                         -- as the source writes it; pii: name
    company              text,                         -- null in FY26
    company_type         text,                         -- null in FY26
    country              text,                         -- as the source writes it
    region               text,                         -- as the source writes it
    ---------- numbers
    correct_count        integer,                      -- answers; null in FY26
    incorrect_count      integer,                      -- answers; null in FY26
    score_percent        real,                         -- null: unknown, 0: none right; unit: percent
    ---------- booleans
    is_passed            integer not null              -- FY26: 1 when the count of passes is above 0
        constraint is_passed_is_boolean check (is_passed in (0, 1)),
    is_failed            integer not null              -- FY26: 0 here and in is_passed: no result
        constraint is_failed_is_boolean check (is_failed in (0, 1)),
    ---------- times
    exam_at              text,                         -- null: none given
    said_at              text                          -- when the source wrote it
) strict, without rowid;

create index fct_exam_results__learner on fct_exam_results (learner_id, exam_at);
create index fct_exam_results__exam_code on fct_exam_results (exam_code);

with

learners as (
    select learner_id, email from dim_learners where email is not null
),

older as (
    select
        case
            when eligibility_id is null or exam_code is null or ended_at is null
                then sk(
                    'row',
                    lower(email),
                    eligibility_id,
                    exam_code,
                    ended_at,
                    exam_name,
                    user_handle,
                    dotcom_id_text,
                    cast(is_passed as varchar),
                    cast(correct_count as varchar),
                    cast(incorrect_count as varchar)
                )
            else sk('result', eligibility_id, exam_code, ended_at)
        end as exam_result_id,
        'FY22-25' as source,
        lower(email) as email,
        eligibility_id,
        exam_code,
        exam_name,
        lower(user_handle) as user_handle,
        dotcom_id_text,
        cast(null as varchar) as registration_status,
        first_name,
        last_name,
        company,
        company_type,
        country,
        region,
        correct_count,
        incorrect_count,
        cast(correct_count as double) * 100
        / nullif(correct_count + incorrect_count, 0) as score_percent,
        is_passed,
        1 - is_passed as is_failed,
        ended_at as exam_at,
        coalesce(updated_at, ended_at) as said_at
    from stg_learning_roi__exam_results
),

newer as (
    select
        sk(
            'registration',
            lower(email),
            exam_code,
            exam_at,
            exam_name,
            registration_status,
            score_text,
            cast(passed_count as varchar),
            cast(failed_count as varchar),
            first_name,
            last_name,
            country,
            region
        ) as exam_result_id,
        'FY26' as source,
        lower(email) as email,
        cast(null as varchar) as eligibility_id,
        exam_code,
        exam_name,
        cast(null as varchar) as user_handle,
        cast(null as varchar) as dotcom_id_text,
        registration_status,
        first_name,
        last_name,
        cast(null as varchar) as company,
        cast(null as varchar) as company_type,
        country,
        region,
        cast(null as bigint) as correct_count,
        cast(null as bigint) as incorrect_count,
        try_double(score_text) as score_percent,
        case when passed_count > 0 then 1 else 0 end as is_passed,
        case when passed_count <= 0 and failed_count > 0 then 1 else 0 end
            as is_failed,
        exam_at,
        exam_at as said_at
    from stg_learning_roi__pearson_exam_results
),

together as (
    select * from older
    union all
    select * from newer
),

versions as (
    select
        together.*,
        row_number() over (
            partition by exam_result_id
            order by
                said_at desc nulls last,
                is_passed desc,
                correct_count desc nulls last,
                email nulls last,
                exam_name nulls last,
                user_handle nulls last,
                last_name nulls last,
                company nulls last
        ) as age
    from together
),

final as (
    select
        versions.exam_result_id,
        learners.learner_id,
        upper(versions.exam_code) as exam_code,
        versions.eligibility_id,
        versions.source,
        versions.exam_code as written_code,
        versions.exam_name as written_name,
        versions.user_handle,
        versions.dotcom_id_text,
        versions.registration_status,
        versions.first_name,
        versions.last_name,
        versions.company,
        versions.company_type,
        versions.country,
        versions.region,
        versions.correct_count,
        versions.incorrect_count,
        versions.score_percent,
        versions.is_passed,
        versions.is_failed,
        versions.exam_at,
        versions.said_at
    from versions
    left join learners on versions.email = learners.email
    where versions.age = 1
)

select * from final;
