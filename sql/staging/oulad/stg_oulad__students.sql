-- stg_oulad__students, version 1
-- One row per student and presentation. imd_band is the index of multiple
-- deprivation with its % everywhere (the file has 10-20 without), null where it is
-- not known.
-- owner: learning-analytics

create view stg_oulad__students (
    row_id,
    student_id,
    module_code,
    presentation_code,
    gender,
    region,
    highest_education,
    imd_band,       -- of the place where the student lived: 0-10%, 10-20%, ...; null: not known
    age_band,
    final_result,
    previous_attempt_count,
    credit_count,
    has_disability  -- 1 yes, 0 no; null: not said
) as
select
    row_id,
    id_student as student_id,
    code_module as module_code,
    code_presentation as presentation_code,
    gender,
    region,
    highest_education,
    case
        when imd_band = '10-20' then '10-20%'
        else nullif(imd_band, '')
    end as imd_band,
    age_band,
    final_result,
    num_of_prev_attempts as previous_attempt_count,
    studied_credits as credit_count,
    case disability when 'Y' then 1 when 'N' then 0 end as has_disability
from raw_oulad__student_info;
