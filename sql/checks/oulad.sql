-- check: oulad_results_have_their_assessment_and_student
-- Holds in the whole dataset: 173,912 results.
select stg_oulad__results.row_id
from stg_oulad__results
left join stg_oulad__assessments
    on stg_oulad__results.assessment_id = stg_oulad__assessments.assessment_id
left join stg_oulad__students
    on
        stg_oulad__results.student_id = stg_oulad__students.student_id
        and stg_oulad__assessments.module_code = stg_oulad__students.module_code
        and stg_oulad__assessments.presentation_code = stg_oulad__students.presentation_code
where stg_oulad__students.student_id is null;

-- check: oulad_students_are_registered
-- Each row of one file has its row in the other.
select stg_oulad__students.row_id
from stg_oulad__students
left join stg_oulad__registrations
    on
        stg_oulad__students.student_id = stg_oulad__registrations.student_id
        and stg_oulad__students.module_code = stg_oulad__registrations.module_code
        and stg_oulad__students.presentation_code = stg_oulad__registrations.presentation_code
where stg_oulad__registrations.student_id is null;

-- check: oulad_clicks_are_of_students
select stg_oulad__clicks.row_id
from stg_oulad__clicks
left join stg_oulad__students
    on
        stg_oulad__clicks.student_id = stg_oulad__students.student_id
        and stg_oulad__clicks.module_code = stg_oulad__students.module_code
        and stg_oulad__clicks.presentation_code = stg_oulad__students.presentation_code
where stg_oulad__students.student_id is null;

-- check: oulad_scores_are_percent
select row_id, score_percent
from stg_oulad__results
where score_percent < 0 or score_percent > 100;

-- check: oulad_banked_results_have_no_day
-- What was carried over says -1; 18 others say so, too, being a day early.
select row_id, submitted_day
from stg_oulad__results
where is_banked = 1 and submitted_day <> -1;

-- check: oulad_only_exams_have_no_day
-- 11 exams of the dataset: they are in the last week.
select row_id, assessment_type
from stg_oulad__assessments
where due_day is null and assessment_type <> 'Exam';

-- check: oulad_weights_add_up
-- Coursework is 100 percent and the exam another 100, but for CCC with two exams
-- and GGG, whose coursework counts nothing.
select
    module_code,
    presentation_code,
    sum(case when assessment_type = 'Exam' then 0.0 else weight_percent end) as coursework_percent,
    sum(case when assessment_type = 'Exam' then weight_percent else 0.0 end) as exam_percent
from stg_oulad__assessments
group by module_code, presentation_code
having
    sum(case when assessment_type = 'Exam' then 0.0 else weight_percent end)
    <> case when module_code = 'GGG' then 0.0 else 100.0 end
    or sum(case when assessment_type = 'Exam' then weight_percent else 0.0 end)
    <> case when module_code = 'CCC' then 200.0 else 100.0 end;

-- check: oulad_who_left_did_not_pass
-- Who unregistered is Withdrawn; 9 are Fail instead.
select stg_oulad__students.row_id, stg_oulad__students.final_result
from stg_oulad__students
inner join stg_oulad__registrations
    on
        stg_oulad__students.student_id = stg_oulad__registrations.student_id
        and stg_oulad__students.module_code = stg_oulad__registrations.module_code
        and stg_oulad__students.presentation_code = stg_oulad__registrations.presentation_code
where
    stg_oulad__registrations.unregistered_day is not null
    and stg_oulad__students.final_result not in ('Withdrawn', 'Fail');

-- check: oulad_exam_results_are_of_two_modules
-- Only CCC and DDD say how their exams went.
select stg_oulad__results.row_id, stg_oulad__assessments.module_code
from stg_oulad__results
inner join stg_oulad__assessments
    on stg_oulad__results.assessment_id = stg_oulad__assessments.assessment_id
where
    stg_oulad__assessments.assessment_type = 'Exam'
    and stg_oulad__assessments.module_code not in ('CCC', 'DDD');
