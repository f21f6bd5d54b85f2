-- stg_gharchive__loads, version 1
-- One row per archive file whose events are in the warehouse.
-- owner: developer-relations
--
-- Reads the ledger: a raw table knows its rows' load, the ledger knows the slice
-- that was loaded and when.

create view stg_gharchive__loads (
    load_id,         -- the load of the file's rows
    file_name,       -- as the archive names it
    slice_start_at,  -- the first moment that the file covers
    slice_end_at,    -- the first moment after it
    loaded_at        -- when its rows were committed
) as
select
    load_id,
    name as file_name,
    slice_start as slice_start_at,
    slice_end as slice_end_at,
    loaded_at
from ls_slice
where
    source = 'gharchive'
    and load_id is not null;
