-- stg_github__member_lists, version 1
-- One row per whole list of an organisation's members.
-- owner: developer-relations

create view stg_github__member_lists (
    row_id,
    source_offset,
    org,
    seen_at
) as
select
    row_id,
    source_offset,
    org,
    seen_at
from raw_github__member_lists;
