-- stg_github__gone, version 1
-- One row per list that GitHub showed once and shows no longer.
-- owner: developer-relations
--
-- Reads the ledger: a repository that vanished keeps its rows, and its lists
-- are in the state source_gone there.

create view stg_github__gone (
    list_kind,
    configured_name,
    checked_at
) as
select
    substr(object, 1, instr(object, ':') - 1) as list_kind,
    substr(object, instr(object, ':') + 1) as configured_name,
    checked_at
from ls_slice
where
    source = 'github'
    and state = 'source_gone';
