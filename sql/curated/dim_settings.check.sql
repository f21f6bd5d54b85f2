-- check: every_setting_is_known
-- data/seeds/settings.csv has settings of this table alone, each once.
select stg_seeds__settings.setting, count(*) as setting_count
from stg_seeds__settings
left join dim_settings on stg_seeds__settings.setting = dim_settings.setting
group by stg_seeds__settings.setting
having count(*) > 1 or max(dim_settings.setting) is null;

-- check: every_setting_is_whole
-- But for shares they are counted: half a week is none.
select setting, setting_value
from dim_settings
where
    value_unit <> 'share'
    and setting_value <> cast(cast(setting_value as bigint) as double);
