-- product_usage_all, version 1
-- One row per account that a learner's address leads to, or a passed exam names: what
-- it used since 2024.
-- owner: learning-analytics
--
-- in_source_population marks the rows that product_usage has.

create table product_usage_all (
    dotcom_id             integer primary key,  -- who used them; pii: id
    activity_days         integer not null,     -- with any product since 2024; unit: days
    copilot_events        integer not null,     -- done with Copilot; unit: events
    copilot_days          integer not null,     -- with Copilot; unit: days
    actions_events        integer not null,     -- done with Actions; unit: events
    security_events       integer not null,     -- done with security products; unit: events
    total_events          integer not null,     -- done with any product; unit: events
    product_usage_hours   real    not null,     -- activity_days * 0.5 + copilot_days * 0.25; unit: hours
    in_source_population  integer not null
) strict;

with

accounts as (
    select dotcom_id, has_passed_exam
    from dim_learner_accounts
    where has_passed_exam = 1 or is_resolved = 1
),

usage_days as (
    select
        dotcom_id,
        usage_date,
        engagement_count,
        is_copilot,
        is_actions,
        is_security
    from fct_product_usage_days
    where usage_date >= '2024-01-01'
),

totals as (
    select
        accounts.dotcom_id,
        accounts.has_passed_exam as in_source_population,
        count(distinct usage_days.usage_date) as activity_days,
        sum(usage_days.engagement_count * usage_days.is_copilot) as copilot_events,
        count(distinct case when usage_days.is_copilot = 1 then usage_days.usage_date end)
            as copilot_days,
        sum(usage_days.engagement_count * usage_days.is_actions) as actions_events,
        sum(usage_days.engagement_count * usage_days.is_security) as security_events,
        sum(usage_days.engagement_count) as total_events
    from accounts
    inner join usage_days on accounts.dotcom_id = usage_days.dotcom_id
    group by accounts.dotcom_id, accounts.has_passed_exam
),

final as (
    select
        dotcom_id,
        activity_days,
        copilot_events,
        copilot_days,
        actions_events,
        security_events,
        total_events,
        round(
            cast(activity_days as double) * 0.5e0
            + cast(copilot_days as double) * 0.25e0,
            2
        ) as product_usage_hours,
        in_source_population
    from totals
)

select * from final;
