-- stg_gharchive__slices, version 1
-- One row per archive file that was ever expected, whatever became of it.
-- owner: developer-relations

create view stg_gharchive__slices (
    file_name,
    state,
    row_count,
    record_count,
    duplicate_count,
    rejected_count,
    slice_start_at,
    slice_end_at
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
