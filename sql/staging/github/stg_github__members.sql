-- stg_github__members, version 1
-- One row per organisation and member, as the newest list had them.
-- owner: developer-relations

create view stg_github__members (
    row_id,
    source_offset,
    org,
    user_id,
    login,
    html_url,
    avatar_url,
    account_type,
    seen_at
) as
with

versions as (
    select
        row_id,
        source_offset,
        org,
        user_id,
        login,
        html_url,
        avatar_url,
        type as account_type,
        seen_at,
        row_number() over (
            partition by org, user_id
            order by seen_at desc nulls last, row_id desc nulls last
        ) as version_number
    from raw_github__members
)

select
    row_id,
    source_offset,
    org,
    user_id,
    login,
    html_url,
    avatar_url,
    account_type,
    seen_at
from versions
where version_number = 1;
