-- stg_oulad__registrations, version 1
-- One row per student and presentation. Days count from its begin: most register
-- before it. unregistered_day is null for who stayed, registered_day where it is
-- not known.
-- owner: learning-analytics

create view stg_oulad__registrations (
    row_id,
    student_id,
    module_code,
    presentation_code,
    registered_day,
    unregistered_day
) as
select
    row_id,
    id_student as student_id,
    code_module as module_code,
    code_presentation as presentation_code,
    date_registration as registered_day,
    date_unregistration as unregistered_day
from raw_oulad__student_registration;
