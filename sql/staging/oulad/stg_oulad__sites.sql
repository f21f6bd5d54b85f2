-- stg_oulad__sites, version 1
-- One row per page or tool of the learning environment. The weeks are those it is
-- meant for; null: any.
-- owner: learning-analytics

create view stg_oulad__sites (
    row_id,
    site_id,
    module_code,
    presentation_code,
    activity_type,
    first_week,
    last_week
) as
select
    row_id,
    id_site as site_id,
    code_module as module_code,
    code_presentation as presentation_code,
    activity_type,
    week_from as first_week,
    week_to as last_week
from raw_oulad__vle;
