-- fct_product_usage_days, version 1
-- One row per learning account, UTC day and product that it used.
-- owner: learning-analytics
--
-- A product belongs to Copilot or Security when its name has that word, a run of
-- letters and digits, in any case: Copilot Chat does, GitHubCopilot does not.
-- Actions must be written so. Of a day that came twice the greater count is true.

create table fct_product_usage_days (
    dotcom_id         integer not null               -- who used it; pii: id
        references dim_learner_accounts (dotcom_id),
    usage_date        text    not null,              -- UTC, YYYY-MM-DD
    product           text    not null,              -- '': none given
    engagement_count  integer not null,              -- things done with it; unit: events
    is_copilot        integer not null               -- 1: the name has the word Copilot
        constraint is_copilot_is_boolean check (is_copilot in (0, 1)),
    is_actions        integer not null               -- 1: the name is Actions, written so
        constraint is_actions_is_boolean check (is_actions in (0, 1)),
    is_security       integer not null               -- 1: the name has the word Security
        constraint is_security_is_boolean check (is_security in (0, 1)),
    primary key (dotcom_id, usage_date, product)
) strict, without rowid;

with

accounts as (
    select dotcom_id from dim_learner_accounts
),

usage_days as (
    select
        user_id,
        usage_date,
        coalesce(product, '') as product,
        max(engagement_count) as engagement_count
    from stg_learning_roi__user_product_days
    where usage_date is not null
    group by 1, 2, 3
),

products as (
    select
        product,
        case
            when regexp_like(
                lower(product), '(^|[^\p{L}\p{N}])copilot($|[^\p{L}\p{N}])'
            ) then 1
            else 0
        end as is_copilot,
        case when product = 'Actions' then 1 else 0 end as is_actions,
        case
            when regexp_like(
                lower(product), '(^|[^\p{L}\p{N}])security($|[^\p{L}\p{N}])'
            ) then 1
            else 0
        end as is_security
    from usage_days
    group by product
),

final as (
    select
        accounts.dotcom_id,
        usage_days.usage_date,
        usage_days.product,
        usage_days.engagement_count,
        products.is_copilot,
        products.is_actions,
        products.is_security
    from usage_days
    inner join accounts on usage_days.user_id = accounts.dotcom_id
    inner join products on usage_days.product = products.product
)

select * from final;
