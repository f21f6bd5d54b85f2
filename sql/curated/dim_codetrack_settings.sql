-- dim_codetrack_settings, version 1
-- One row per number by which the views of weekly practice judge. Change it here.
-- owner: learning-analytics

create table dim_codetrack_settings (
    setting        text    not null primary key,  -- by which the models look it up
    setting_value  integer not null,              -- in value_unit
    value_unit     text    not null,              -- points, commits, weeks or percent
    meaning        text    not null               -- what the number decides, in words
) strict, without rowid;

with

final (setting, setting_value, value_unit, meaning) as (
    values
    ('points', 30, 'points', 'the least of a good week'),
    ('commits', 1, 'commits', 'the least of a good week'),
    ('celebrate_weeks', 3, 'weeks', 'good weeks in a row that are worth a word'),
    ('celebrate_change', 50, 'percent', 'above the own mean that is worth a word'),
    ('call_weeks', 2, 'weeks', 'weeks below the points in a row that are worth a call'),
    ('call_change', 50, 'percent', 'below the own mean that is worth a call')
)

select * from final;
