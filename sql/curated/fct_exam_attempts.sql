-- fct_exam_attempts, version 1
-- One row per eligibility (fiscal years 22 to 25) or registration (26) for an exam:
-- what became of it.
-- owner: learning-analytics
--
-- Of an eligibility several things are said: scheduled, cancelled, absent,
-- completed. The one of the lowest rank counts, of equal ones the latest. Its name
-- and code are those of the voucher sent last. An exam without an address is the
-- one of the portal's user of the same name; where there is none, learner_id is
-- null and the published individual_exams leaves the row out.

create table fct_exam_attempts (
    ---------- keys
    exam_attempt_id  text    not null primary key,  -- hash of the eligibility; without one, of the event; else the result's id
    learner_id       text                          -- null: nobody's address; pii: id
        references dim_learners (learner_id),
    exam_code        text                          -- null: none given
        references dim_exams (exam_code),
    ---------- text
    written_code     text,                         -- of the voucher sent last, else as the source writes it
    exam_name        text,                         -- by the code, else as it came
    exam_status      text    not null              -- No Show: absent; Registered: FY26, nothing else said
        constraint exam_status_is_known
            check (exam_status in ('Passed', 'Failed', 'No Show', 'Scheduled',
                                   'Cancelled', 'Registered')),
    source           text    not null,             -- the fiscal years whose system has it: FY22-25, FY26
    ---------- numbers
    score_percent    real,                         -- to one decimal; null: unknown, 0: none right; unit: percent
    ---------- times
    exam_at          text                          -- null: none given
) strict, without rowid;

create index fct_exam_attempts__learner on fct_exam_attempts (learner_id, exam_at);
create index fct_exam_attempts__exam_code on fct_exam_attempts (exam_code);

with

exams as (
    select exam_code, exam_name from dim_exams
),

learners as (
    select learner_id, email from dim_learners where email is not null
),

portal_users as (
    select
        lower(user_handle) as user_handle,
        lower(coalesce(email, work_email)) as email,
        row_number() over (
            partition by lower(user_handle)
            order by
                registered_at desc nulls last,
                lower(coalesce(email, work_email))
        ) as age
    from stg_learning_roi__ace_users
    where
        user_handle is not null
        and coalesce(email, work_email) is not null
),

vouchers as (
    select
        eligibility_id,
        user_handle,
        exam_code,
        exam_name,
        row_number() over (
            partition by eligibility_id
            order by
                sent_moment desc nulls last,
                exam_code nulls last,
                exam_name nulls last,
                user_handle nulls last
        ) as age
    from stg_learning_roi__eligibilities
    where eligibility_id is not null
),

said as (
    select
        3 as status_rank,
        'No Show' as exam_status,
        eligibility_id,
        user_handle,
        exam_code,
        exam_name,
        exam_at,
        said_moment
    from stg_learning_roi__exams_absent
    union all
    select
        5,
        'Scheduled',
        eligibility_id,
        user_handle,
        exam_code,
        exam_name,
        exam_at,
        said_moment
    from stg_learning_roi__exams_scheduled
    union all
    select
        7,
        'Cancelled',
        eligibility_id,
        user_handle,
        exam_code,
        exam_name,
        exam_at,
        said_moment
    from stg_learning_roi__exams_cancelled
),

streams as (
    select
        case
            when eligibility_id is null
                then sk(
                    'event', exam_status, user_handle, exam_code, exam_name, exam_at
                )
            else sk('eligibility', eligibility_id)
        end as exam_attempt_id,
        eligibility_id,
        cast(null as varchar) as learner_id,
        status_rank,
        exam_status,
        user_handle,
        exam_code,
        exam_name,
        exam_at,
        said_moment,
        cast(null as double) as score_percent
    from said
    union all
    select
        case
            when eligibility_id is null then exam_result_id
            else sk('eligibility', eligibility_id)
        end,
        eligibility_id,
        learner_id,
        case when is_passed = 1 then 1 else 2 end,
        case when is_passed = 1 then 'Passed' else 'Failed' end,
        user_handle,
        written_code,
        written_name,
        exam_at,
        replace(said_at, 'Z', ''),
        score_percent
    from fct_exam_results
    where source = 'FY22-25'
),

ranked as (
    select
        streams.*,
        row_number() over (
            partition by exam_attempt_id
            order by
                status_rank,
                said_moment desc nulls last,
                exam_at desc nulls last,
                exam_code nulls last,
                learner_id nulls last,
                user_handle nulls last,
                exam_name nulls last
        ) as place
    from streams
),

older as (
    select
        ranked.exam_attempt_id,
        coalesce(ranked.learner_id, learners.learner_id) as learner_id,
        coalesce(vouchers.exam_code, ranked.exam_code) as written_code,
        coalesce(vouchers.exam_name, ranked.exam_name) as written_name,
        ranked.exam_status,
        'FY22-25' as source,
        ranked.score_percent,
        ranked.exam_at
    from ranked
    left join vouchers
        on ranked.eligibility_id = vouchers.eligibility_id and vouchers.age = 1
    left join portal_users
        on
            lower(coalesce(vouchers.user_handle, ranked.user_handle))
            = portal_users.user_handle
            and portal_users.age = 1
    left join learners on portal_users.email = learners.email
    where ranked.place = 1
),

newer as (
    select
        exam_result_id as exam_attempt_id,
        learner_id,
        written_code,
        written_name,
        case
            when is_passed = 1 then 'Passed'
            when is_failed = 1 then 'Failed'
            when registration_status in ('No Show', 'Absent') then 'No Show'
            when registration_status in ('Canceled', 'Cancelled') then 'Cancelled'
            when registration_status = 'Scheduled' then 'Scheduled'
            else 'Registered'
        end as exam_status,
        source,
        score_percent,
        exam_at
    from fct_exam_results
    where source = 'FY26'
),

together as (
    select * from older
    union all
    select * from newer
),

final as (
    select
        together.exam_attempt_id,
        together.learner_id,
        upper(together.written_code) as exam_code,
        together.written_code,
        coalesce(exams.exam_name, together.written_name) as exam_name,
        together.exam_status,
        together.source,
        round(together.score_percent, 1) as score_percent,
        together.exam_at
    from together
    left join exams on upper(together.written_code) = exams.exam_code
)

select * from final;
