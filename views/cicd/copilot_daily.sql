-- copilot_daily, version 1
-- Copilot use by day: who was active, who engaged, chats, summaries of pull requests.
-- owner: developer-relations

create view copilot_daily (
    org,
    date,             -- YYYY-MM-DD
    active_users,     -- unit: accounts
    engaged_users,    -- unit: accounts
    engagement_rate,  -- unit: percent, one decimal
    chats,            -- in editors
    pr_summaries
) as
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
from fct_copilot_days
order by day_date, org;
