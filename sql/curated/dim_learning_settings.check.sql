-- check: every_setting_is_known
-- data/seeds/settings.csv says learning. and one of the settings here, once; or codetrack. or people..
select stg_seeds__settings.family, stg_seeds__settings.setting, count(*) as setting_count
from stg_seeds__settings
left join dim_learning_settings on stg_seeds__settings.setting = dim_learning_settings.setting
where stg_seeds__settings.family = 'learning'
    or stg_seeds__settings.family is null
group by stg_seeds__settings.family, stg_seeds__settings.setting
having count(*) > 1 or max(dim_learning_settings.setting) is null or stg_seeds__settings.family is null;
