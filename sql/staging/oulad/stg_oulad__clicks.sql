-- stg_oulad__clicks, version 1
-- One row per line of the file: clicks of a student on a site in a day. Lines come
-- several times, and each counts: sum them by day.
-- owner: learning-analytics

create view stg_oulad__clicks (
    row_id,
    student_id,
    site_id,
    module_code,
    presentation_code,
    clicked_day,
    click_count
) as
select
    row_id,
    id_student as student_id,
    id_site as site_id,
    code_module as module_code,
    code_presentation as presentation_code,
    date as clicked_day,
    sum_click as click_count
from raw_oulad__student_vle;
