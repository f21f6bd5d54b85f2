-- stg_learning_roi__loads, version 1
-- One row per load whose rows are in the warehouse, of any source: when it was last
-- found to be what the source has.
-- owner: learning-analytics

create view stg_learning_roi__loads (
    load_id,
    source,
    object,
    seen_at
) as
select
    load_id,
    source,
    object,
    coalesce(checked_at, loaded_at) as seen_at
from ls_slice
where load_id is not null;
