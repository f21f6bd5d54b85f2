-- stg_oulad__presentations, version 1
-- One row per presentation of a module: 2013J began in October 2013, 2013B in February.
-- owner: learning-analytics

create view stg_oulad__presentations (
    row_id,
    module_code,
    presentation_code,
    length_days
) as
select
    row_id,
    code_module as module_code,
    code_presentation as presentation_code,
    module_presentation_length as length_days
from raw_oulad__courses;
