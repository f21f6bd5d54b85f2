-- dim_people_settings, version 1
-- One row per number by which the questions across systems judge.
-- owner: learning-analytics
--
-- Another number stands in data/seeds/settings.csv, in a line such as
-- people.window_days,60 below the header setting,value.

create table dim_people_settings (
    setting        text    not null primary key,  -- what models look the number up by
    setting_value  integer not null,              -- in value_unit
    value_unit     text    not null,              -- days, hours or weeks
    meaning        text    not null               -- in words, for the reader; nothing computes with it
) strict, without rowid;

with

documented (setting, setting_value, value_unit, meaning) as (
    values
    ('window_days', 90, 'days', 'before and after a first certificate that are compared'),
    ('window_hours', 168, 'hours', 'of the archive that each side of a window has at least'),
    ('practice_days', 28, 'days', 'before an exam in which weeks of practice count'),
    ('practice_weeks', 3, 'weeks', 'good ones among them that make an active practiser')
),

chosen as (
    select setting, setting_value from stg_seeds__settings where family = 'people'
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
