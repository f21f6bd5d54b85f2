-- dim_codetrack_settings, version 1
-- One row per number by which the views of weekly practice judge.
-- owner: learning-analytics
--
-- Another number stands in data/seeds/settings.csv, in a line such as
-- codetrack.points,25 below the header setting,value.

create table dim_codetrack_settings (
    setting        text    not null primary key,  -- by which the models look it up
    setting_value  integer not null,              -- in value_unit
    value_unit     text    not null,              -- points, commits, weeks or percent
    meaning        text    not null               -- what the number decides, in words
) strict, without rowid;

with

documented (setting, setting_value, value_unit, meaning) as (
    values
    ('points', 30, 'points', 'the least of a good week'),
    ('commits', 1, 'commits', 'the least of a good week'),
    ('celebrate_weeks', 3, 'weeks', 'good weeks in a row that are worth a word'),
    ('celebrate_change', 50, 'percent', 'above the own mean that is worth a word'),
    ('call_weeks', 2, 'weeks', 'weeks below the points in a row that are worth a call'),
    ('call_change', 50, 'percent', 'below the own mean that is worth a call')
),

chosen as (
    select setting, setting_value from stg_seeds__settings where family = 'codetrack'
),

final as (
    select
        documented.setting,
        coalesce(cast(chosen.setting_value as bigint), documented.setting_value) as setting_value,
        documented.value_unit,
        documented.meaning
    from documented
    left join chosen on documented.setting = chosen.setting
)

select * from final;
