-- exams_without_email, version 1
-- How many exams individual_exams leaves out, as no address belongs to them.
-- owner: learning-analytics

create view exams_without_email (
    source,
    exam_status,
    exam_count  -- attempts without an address; unit: exams
) as
select
    source,
    exam_status,
    count(*) as exam_count
from fct_exam_attempts
where learner_id is null
group by source, exam_status
order by source, exam_status;
