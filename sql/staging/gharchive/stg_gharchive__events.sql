-- stg_gharchive__events, version 1
-- One row per event record as it arrived, copies in neighbouring files included.
-- owner: developer-relations
--
-- load_id names the load in stg_gharchive__loads. moment is text that sorts by
-- time, then by the number of the event's id, hashes (negative) first: several
-- events happen in one second, and "last" must not depend on their arrival.

create view stg_gharchive__events (
    row_id,
    load_id,  -- the load it came with: row_id >> 28
    source_offset,
    event_id,
    actor_id,
    repo_id,
    org_id,
    forkee_id,
    member_id,
    type,
    actor_login,
    repo_name,
    org_login,
    action,
    ref,
    ref_type,
    review_state,
    release_tag,
    forkee_name,
    member_login,
    number,
    commit_count,
    distinct_commit_count,
    is_public,
    is_merged,
    happened_at,
    moment  -- sorts by time, then by the number of event_id
) as
select
    row_id,
    row_id / 268435456 as load_id,
    source_offset,
    event_id,
    actor_id,
    repo_id,
    org_id,
    forkee_id,
    member_id,
    type,
    actor_login,
    repo_name,
    org_login,
    payload_action as action,
    payload_ref as ref,
    payload_ref_type as ref_type,
    review_state,
    release_tag,
    forkee_name,
    member_login,
    payload_number as number,
    payload_size as commit_count,
    payload_distinct_size as distinct_commit_count,
    public as is_public,
    payload_merged as is_merged,
    created_at as happened_at,
    created_at || case
        when event_id < 0 then '0' || substr(
            '0000000000000000000'
            || cast(event_id + 9223372036854775807 as varchar), -19)
        else '1' || substr(
            '0000000000000000000' || cast(event_id as varchar), -19)
    end as moment
from raw_gharchive__events;
