-- individual_exams, version 1
-- One row per exam of an e-mail address: eligibility (fiscal years 22 to 25) or
-- registration (26), by address and date.
-- owner: learning-analytics
-- file: individual_exams.csv
--
-- The columns up to source are those of the old file; score_percent is empty there
-- for 0 as well as for unknown, score_percent_or_zero tells them apart.

create view individual_exams (
    email,
    exam_code,              -- the voucher's, else as the source writes it
    exam_name,
    exam_date,
    exam_status,
    score_percent,          -- to one decimal; null: unknown, or 0; unit: percent
    source,
    score_percent_or_zero,
    dotcom_id,              -- 0: unresolved
    exam_attempt_id
) as
select
    dim_learners.email,
    fct_exam_attempts.written_code as exam_code,
    fct_exam_attempts.exam_name,
    fct_exam_attempts.exam_at as exam_date,
    fct_exam_attempts.exam_status,
    case when fct_exam_attempts.score_percent > 0 then fct_exam_attempts.score_percent end
        as score_percent,
    fct_exam_attempts.source,
    fct_exam_attempts.score_percent as score_percent_or_zero,
    coalesce(dim_learners.dotcom_id, 0) as dotcom_id,
    fct_exam_attempts.exam_attempt_id
from fct_exam_attempts
inner join dim_learners on fct_exam_attempts.learner_id = dim_learners.learner_id
where dim_learners.email is not null
order by dim_learners.email, fct_exam_attempts.exam_at, fct_exam_attempts.exam_attempt_id;
