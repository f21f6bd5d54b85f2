-- dim_settings, version 1
-- One row per number that models, views and checks go by.
-- owner: learning-analytics
--
-- Another number stands in data/seeds/settings.csv, in a line such as
-- learning.certified_users,90000 below the header setting,value.

create table dim_settings (
    setting        text not null primary key,  -- what it is looked up by: learning., codetrack. or people., and its name
    setting_value  real not null,              -- in value_unit
    value_unit     text not null,              -- share (1: all), or what is counted: rows, certificates, points, commits, hours, days, weeks, percent
    meaning        text not null               -- in words, for the reader; nothing computes with it
) strict, without rowid;

with

documented (setting, setting_value, value_unit, meaning) as (
    values
    ('learning.hot_days', cast(90 as double), 'days', 'how long the hot store keeps page views'),
    ('learning.certified_users', cast(84000 as double), 'rows', 'the middle of the band of certified_users'),
    ('learning.individual_exams', cast(120000 as double), 'rows', 'the middle of the band of individual_exams'),
    ('learning.product_usage', cast(33000 as double), 'rows', 'the middle of the band of product_usage'),
    ('learning.learning_activity', cast(340 as double), 'rows', 'the middle of the band of learning_activity'),
    ('learning.band_share', cast(0.2 as double), 'share', 'how far from its middle a number of rows may be'),
    ('learning.resolved_share', cast(0.6 as double), 'share', 'the least share of certified users with an id'),
    ('learning.email_share', cast(0.95 as double), 'share', 'the least share of learners with an e-mail'),
    ('learning.fill_dotcom_id', cast(1 as double), 'share', 'the least fill rate of dotcom_id'),
    ('learning.fill_email', cast(0.95 as double), 'share', 'the least fill rate of email'),
    ('learning.fill_company', cast(0.6 as double), 'share', 'the least fill rate of company_name'),
    ('learning.fill_region', cast(0.7 as double), 'share', 'the least fill rate of region'),
    ('learning.fill_country', cast(0.5 as double), 'share', 'the least fill rate of country'),
    ('learning.fill_org_name', cast(0.4 as double), 'share', 'the least fill rate of org_name'),
    ('learning.usage_share', cast(0.1 as double), 'share', 'the least share of certified users with product usage'),
    ('learning.product_focus_share', cast(0.8 as double), 'share', 'the greatest share of one product among certificates'),
    ('learning.certificates', cast(20 as double), 'certificates', 'more than so many of one learner are unusual'),
    ('learning.fresh_hours', cast(24 as double), 'hours', 'how old the newest load may be'),
    ('learning.change_share', cast(0.2 as double), 'share', 'how much a number of rows may change between states'),
    ('codetrack.points', cast(30 as double), 'points', 'the least of a good week'),
    ('codetrack.commits', cast(1 as double), 'commits', 'the least of a good week'),
    ('codetrack.celebrate_weeks', cast(3 as double), 'weeks', 'good weeks in a row that are worth a word'),
    ('codetrack.celebrate_change', cast(50 as double), 'percent', 'above the own mean that is worth a word'),
    ('codetrack.call_weeks', cast(2 as double), 'weeks', 'weeks below the points in a row that are worth a call'),
    ('codetrack.call_change', cast(50 as double), 'percent', 'below the own mean that is worth a call'),
    ('people.window_days', cast(90 as double), 'days', 'before and after a first certificate that are compared'),
    ('people.window_hours', cast(168 as double), 'hours', 'of the archive that each side of a window has at least'),
    ('people.practice_days', cast(28 as double), 'days', 'before an exam in which weeks of practice count'),
    ('people.practice_weeks', cast(3 as double), 'weeks', 'good ones among them that make an active practiser')
),

chosen as (
    select setting, setting_value from stg_seeds__settings
),

final as (
    select
        documented.setting,
        coalesce(chosen.setting_value, documented.setting_value) as setting_value,
        documented.value_unit,
        documented.meaning
    from documented
    left join chosen on documented.setting = chosen.setting
)

select * from final;
