-- stg_oulad__results, version 1
-- One row per student and assessment that was handed in. score_percent is null
-- where nothing was marked; a pass is 40. A banked result comes from an earlier
-- presentation, and its submitted_day is -1.
-- owner: learning-analytics

create view stg_oulad__results (
    row_id,
    assessment_id,
    student_id,
    score_percent,
    submitted_day,
    is_banked
) as
select
    row_id,
    id_assessment as assessment_id,
    id_student as student_id,
    score as score_percent,
    date_submitted as submitted_day,
    is_banked
from raw_oulad__student_assessment;
