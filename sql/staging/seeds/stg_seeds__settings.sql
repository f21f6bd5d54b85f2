-- stg_seeds__settings, version 1
-- One row per number that this project changes.
-- owner: learning-analytics

create view stg_seeds__settings (
    row_id,
    source_offset,
    family,         -- learning, codetrack or people
    setting,        -- as the family's model names it
    setting_value
) as
select
    row_id,
    source_offset,
    case
        when substr(setting, 1, 9) = 'learning.' then 'learning'
        when substr(setting, 1, 10) = 'codetrack.' then 'codetrack'
        when substr(setting, 1, 7) = 'people.' then 'people'
    end as family,
    case
        when substr(setting, 1, 9) = 'learning.' then substr(setting, 10)
        when substr(setting, 1, 10) = 'codetrack.' then substr(setting, 11)
        when substr(setting, 1, 7) = 'people.' then substr(setting, 8)
        else setting
    end as setting,
    value as setting_value
from raw_seeds__settings;
