-- stg_gharchive__slices, version 1
-- One row per archive file that was ever expected, whatever became of it.
-- owner: developer-relations

create view stg_gharchive__slices (
    file_name,        -- the archive's own: 2015-01-01-0.json.gz
    state,            -- expected, running, loaded, empty, missing, failed, source_gone
    row_count,        -- rows loaded from it; 0 until loaded
    record_count,     -- records read from it
    duplicate_count,  -- records with the key and bytes of another; left out
    rejected_count,   -- records that could not be read or break a rule of the raw table
    slice_start_at,   -- the first moment that the file covers, UTC
    slice_end_at      -- the first moment after it, UTC
) as
select
    name as file_name,
    state,
    rows_loaded as row_count,
    rows_read as record_count,
    rows_duplicate as duplicate_count,
    rows_rejected as rejected_count,
    slice_start as slice_start_at,
    slice_end as slice_end_at
from ls_slice
where source = 'gharchive';
