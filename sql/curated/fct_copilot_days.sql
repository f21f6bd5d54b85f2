-- fct_copilot_days, version 1
-- One row per organisation and day of Copilot use.
-- owner: developer-relations

create table fct_copilot_days (
    ---------- keys
    org                     text    not null,
    day_date                text    not null,
    ---------- numbers
    active_users            integer,  -- unit: accounts
    engaged_users           integer,  -- unit: accounts
    chats                   integer,  -- in editors; null: not said
    pull_request_summaries  integer,  -- null: not said
    primary key (org, day_date)
) strict;

with

copilot_days as (
    select
        org,
        day,
        total_active_users,
        total_engaged_users,
        total_chats,
        total_pull_request_summaries
    from stg_github__copilot_days
),

final as (
    select
        org,
        day as day_date,
        total_active_users as active_users,
        total_engaged_users as engaged_users,
        total_chats as chats,
        total_pull_request_summaries as pull_request_summaries
    from copilot_days
)

select * from final;
