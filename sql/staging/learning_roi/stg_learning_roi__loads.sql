-- stg_learning_roi__loads, version 1
-- One row per load whose rows are in the warehouse, of any source: when it was last
-- found to be what the source has.
-- owner: learning-analytics

create view stg_learning_roi__loads (
    load_id,  -- row_id >> 28 of its rows
    source,   -- as in learnsql.ini: gharchive, kusto.cse
    object,   -- what of the source was read: a table, file or list
    seen_at   -- when the source was last asked, else when the rows were committed; UTC
) as
select
    load_id,
    source,
    object,
    coalesce(checked_at, loaded_at) as seen_at
from ls_slice
where load_id is not null;
