-- stg_oulad__assessments, version 1
-- One row per assessment. due_day counts from the begin of the presentation; null
-- for exams whose day is not given: they are in its last week.
-- owner: learning-analytics

create view stg_oulad__assessments (
    row_id,
    assessment_id,
    module_code,
    presentation_code,
    assessment_type,
    weight_percent,
    due_day
) as
select
    row_id,
    id_assessment as assessment_id,
    code_module as module_code,
    code_presentation as presentation_code,
    assessment_type,
    weight as weight_percent,
    date as due_day
from raw_oulad__assessments;
