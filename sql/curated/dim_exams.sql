-- dim_exams, version 1
-- One row per exam code, upper and lower case taken as one.
-- owner: learning-analytics
--
-- The codes up to the fiscal year 25 and those of 26 name the same exams. A code
-- that is in no list has no name of its own: exams keep the name they came with.

create table dim_exams (
    exam_code      text not null primary key,  -- in capitals
    exam_name      text,                       -- null: the name as it came counts
    product_focus  text not null,              -- what it is about; Foundations for codes in no list
    is_fy26_code   integer not null            -- GH-100 and the like
        constraint is_fy26_code_is_boolean check (is_fy26_code in (0, 1))
) strict, without rowid;

with

known (exam_code, exam_name, product_focus) as (
    values
    ('ACTIONS', 'GitHub Actions', 'GitHub Actions'),
    ('GH-200', 'GitHub Actions', 'GitHub Actions'),
    ('ADMIN', 'GitHub Administration', 'Administration'),
    ('GH-100', 'GitHub Administration', 'Administration'),
    ('GHAS', 'GitHub Advanced Security', 'Advanced Security'),
    ('GH-400', 'GitHub Advanced Security', 'Advanced Security'),
    ('COPILOT', 'GitHub Copilot', 'GitHub Copilot'),
    ('GH-300', 'GitHub Copilot', 'GitHub Copilot'),
    ('GHF', 'GitHub Foundations', 'Foundations')
),

codes as (
    select exam_code from known
    union
    select upper(exam_code) from stg_learning_roi__exam_results
    union
    select upper(exam_code) from stg_learning_roi__pearson_exam_results
    union
    select upper(exam_code) from stg_learning_roi__eligibilities
    union
    select upper(exam_code) from stg_learning_roi__exams_scheduled
    union
    select upper(exam_code) from stg_learning_roi__exams_cancelled
    union
    select upper(exam_code) from stg_learning_roi__exams_absent
),

final as (
    select
        codes.exam_code,
        known.exam_name,
        coalesce(known.product_focus, 'Foundations') as product_focus,
        case when codes.exam_code like 'GH-%' then 1 else 0 end as is_fy26_code
    from codes
    left join known on codes.exam_code = known.exam_code
    where codes.exam_code is not null
)

select * from final;
