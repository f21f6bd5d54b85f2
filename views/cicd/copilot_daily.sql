-- copilot_daily, version 1
-- Copilot use by day: who was active, who engaged, chats, summaries of pull requests.
-- owner: developer-relations

create table copilot_daily (
    org              text    not null,
    date             text    not null,  -- YYYY-MM-DD
    active_users     integer,  -- unit: accounts
    engaged_users    integer,  -- unit: accounts
    engagement_rate  real,     -- one decimal; unit: percent
    chats            integer,  -- in editors
    pr_summaries     integer,
    primary key (date, org)
) strict, without rowid;

with

days as (
    select
        org,
        day_date,
        active_users,
        engaged_users,
        chats,
        pull_request_summaries
    from fct_copilot_days
),

final as (
    select
        org,
        day_date as date,
        active_users,
        engaged_users,
        round(
            cast(engaged_users as double) * 100
            / case when active_users > 1 then active_users else 1 end, 1
        ) as engagement_rate,
        chats,
        pull_request_summaries as pr_summaries
    from days
)

select * from final;
