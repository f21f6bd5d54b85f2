-- stg_github__copilot_days, version 1
-- One row per organisation and day of Copilot use, as it was seen last.
-- owner: developer-relations

create view stg_github__copilot_days (
    row_id,
    source_offset,
    org,
    day,
    total_active_users,
    total_engaged_users,
    total_chats,
    total_pull_request_summaries,
    seen_at
) as
with

versions as (
    select
        row_id,
        source_offset,
        org,
        day,
        total_active_users,
        total_engaged_users,
        total_chats,
        total_pull_request_summaries,
        seen_at,
        row_number() over (
            partition by org, day
            order by seen_at desc nulls last, row_id desc nulls last
        ) as version_number
    from raw_github__copilot_days
)

select
    row_id,
    source_offset,
    org,
    day,
    total_active_users,
    total_engaged_users,
    total_chats,
    total_pull_request_summaries,
    seen_at
from versions
where version_number = 1;
