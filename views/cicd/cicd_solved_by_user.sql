-- cicd_solved_by_user, version 1
-- Merged pull requests by user, most first, with each user's share of all.
-- owner: developer-relations

create view cicd_solved_by_user (
    login,           -- pii: login
    user_url,        -- pii: login
    merged_count,    -- opened by the user; unit: pull requests
    share,           -- a fraction of 1: the user's contribution
    is_top_quarter   -- 1: among the 25 % of users who merged most
) as
with

merged as (
    select user_id, count(*) as merged_count
    from cicd_pull_requests
    where merged_at is not null
    group by user_id
),

ranked as (
    select
        user_id,
        merged_count,
        cast(merged_count as double)
        / nullif(sum(merged_count) over (), 0) as share,
        ntile(4) over (order by merged_count desc nulls last, user_id nulls last)
            as quarter_number
    from merged
)

select
    cicd_users.login,
    cicd_users.user_url,
    ranked.merged_count,
    ranked.share,
    case when ranked.quarter_number = 1 then 1 else 0 end as is_top_quarter
from ranked
inner join cicd_users on ranked.user_id = cicd_users.user_id
order by ranked.merged_count desc nulls last, cicd_users.login nulls last;
