-- stg_gharchive__loads, version 1
-- One row per archive file whose events are in the warehouse.
-- owner: developer-relations
--
-- Reads the ledger: a raw table knows its rows' load, the ledger knows the slice
-- that was loaded and when.

create view stg_gharchive__loads (
    load_id,
    file_name,
    slice_start_at,
    slice_end_at,
    loaded_at
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
