-- dim_learning_settings, version 1
-- One row per number that the Learning ROI models and checks go by.
-- owner: learning-analytics
--
-- Another number stands in data/seeds/settings.csv, in a line such as
-- learning.certified_users,90000 below the header setting,value.

create table dim_learning_settings (
    setting     text not null primary key,  -- what models and checks look the number up by
    value       real not null,              -- in value_unit
    value_unit  text not null,              -- days, hours, rows, certificates, share (1: all)
    meaning     text not null               -- in words, for the reader; nothing computes with it
) strict, without rowid;

with

documented (setting, value, value_unit, meaning) as (
    values
    ('hot_days', cast(90 as double), 'days', 'how long the hot store keeps page views'),
    ('certified_users', cast(84000 as double), 'rows', 'the middle of the band of certified_users'),
    ('individual_exams', cast(120000 as double), 'rows', 'the middle of the band of individual_exams'),
    ('product_usage', cast(33000 as double), 'rows', 'the middle of the band of product_usage'),
    ('learning_activity', cast(340 as double), 'rows', 'the middle of the band of learning_activity'),
    ('band_share', cast(0.2 as double), 'share', 'how far from its middle a number of rows may be'),
    ('resolved_share', cast(0.6 as double), 'share', 'the least share of certified users with an id'),
    ('email_share', cast(0.95 as double), 'share', 'the least share of learners with an e-mail'),
    ('fill_dotcom_id', cast(1 as double), 'share', 'the least fill rate of dotcom_id'),
    ('fill_email', cast(0.95 as double), 'share', 'the least fill rate of email'),
    ('fill_company', cast(0.6 as double), 'share', 'the least fill rate of company_name'),
    ('fill_region', cast(0.7 as double), 'share', 'the least fill rate of region'),
    ('fill_country', cast(0.5 as double), 'share', 'the least fill rate of country'),
    ('fill_org_name', cast(0.4 as double), 'share', 'the least fill rate of org_name'),
    ('usage_share', cast(0.1 as double), 'share', 'the least share of certified users with product usage'),
    ('product_focus_share', cast(0.8 as double), 'share', 'the greatest share of one product among certificates'),
    ('certificates', cast(20 as double), 'certificates', 'more than so many of one learner are unusual'),
    ('fresh_hours', cast(24 as double), 'hours', 'how old the newest load may be'),
    ('change_share', cast(0.2 as double), 'share', 'how much a number of rows may change between states')
),

chosen as (
    select setting, setting_value from stg_seeds__settings where family = 'learning'
),

final as (
    select
        documented.setting,
        coalesce(chosen.setting_value, documented.value) as value,
        documented.value_unit,
        documented.meaning
    from documented
    left join chosen on documented.setting = chosen.setting
)

select * from final;
