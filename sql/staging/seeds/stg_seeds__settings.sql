-- stg_seeds__settings, version 1
-- One row per number that this project changes.
-- owner: learning-analytics

create view stg_seeds__settings (
    row_id,
    source_offset,
    setting,        -- as dim_settings names it
    setting_value
) as
select
    row_id,
    source_offset,
    setting,
    value as setting_value
from raw_seeds__settings;
