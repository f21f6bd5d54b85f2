-- check: every_setting_is_known
-- data/seeds/settings.csv says people. and one of the settings here, once.
select stg_seeds__settings.family, stg_seeds__settings.setting, count(*) as setting_count
from stg_seeds__settings
left join dim_people_settings on stg_seeds__settings.setting = dim_people_settings.setting
where stg_seeds__settings.family = 'people'
group by stg_seeds__settings.family, stg_seeds__settings.setting
having count(*) > 1 or max(dim_people_settings.setting) is null;

-- check: every_setting_is_whole
-- They are counted: half a week is none.
select setting, setting_value
from stg_seeds__settings
where
    family = 'people'
    and setting_value <> cast(cast(setting_value as bigint) as double);
