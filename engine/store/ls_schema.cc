#include "engine/store/ls_schema.h"

namespace learnsql {
namespace {

constexpr std::string_view kMeta = R"(
create table ls_meta (
    -- Facts about the file as a whole.
    key    text not null primary key,  -- format_version, next_state, ...
    value  text not null
) strict)";

constexpr std::string_view kRun = R"(
create table ls_run (
    -- One command that wrote to this file.
    run_id            integer primary key,
    kind              text not null,  -- sync, build, refresh, publish
    arguments         text not null,  -- as typed, secrets removed
    learnsql_version  text not null,
    sqlite_version    text not null,
    as_of             text,           -- what :as_of was; null where unused
    started_at        text not null,
    finished_at       text,           -- null while it runs, or died
    outcome           text not null default 'running'
        check (outcome in ('running', 'ok', 'gate', 'failed', 'cancelled')),
    message           text            -- why not ok; null when ok
) strict)";

constexpr std::string_view kModel = R"(
create table ls_model (
    -- A model as it stands in this file.
    model             text not null primary key,
    kind              text not null check (kind in
        ('table', 'incremental', 'history', 'staging', 'view', 'seed')),
    path              text not null,     -- of the script, in the project
    script            text not null,     -- the whole text it was built from
    version           integer not null,  -- as the script's first line says
    fingerprint       text not null,     -- script and inputs; equal: not stale
    script_hash       text not null,     -- of its tokens, comments left out
    inputs            text not null,     -- JSON: input name to fingerprint
    as_of             text,              -- the :as_of it read; null: none
    seen_row          integer,           -- incremental: last raw row_id read
    row_count         integer,           -- null for what is not stored
    byte_count        integer,           -- of its pages when last made whole
    query_plan        text not null,     -- explain query plan, a step a line
    run_id            integer not null,  -- of the build that made it
    built_at          text not null
) strict)";

constexpr std::string_view kModelRun = R"(
create table ls_model_run (
    -- What one build did to one model.
    run_id        integer not null,
    model         text not null,
    position      integer not null,  -- in the order of the build, from 1
    mode          text not null
        check (mode in ('full', 'incremental', 'view', 'dropped')),
    reason        text not null,     -- why it was stale
    row_count     integer,           -- rows after it; null for a view
    rows_written  integer,           -- rows inserted or updated
    seconds       real not null,
    query_plan    text not null,     -- explain query plan, a step a line
    primary key (run_id, model)
) strict)";

constexpr std::string_view kCheck = R"(
create table ls_check (
    -- The outcome of one check in one run.
    run_id         integer not null,
    name           text not null,
    model          text not null,    -- '' for a check of several models
    severity       text not null check (severity in ('error', 'warn', 'info')),
    scope          text not null check (scope in ('all', 'touched')),
    outcome        text not null
        check (outcome in ('pass', 'fail', 'not applicable')),
    failing_count  integer not null, -- rows that should not be there
    value          text,             -- what was measured; null for row checks
    message        text,             -- for people; null when it passed
    seconds        real not null,
    fingerprint    text not null,    -- its text and input; equal: not run again
    primary key (run_id, name)
) strict)";

constexpr std::string_view kFailure = R"(
create table ls_failure (
    -- A row that broke a rule, kept over runs.
    failure_id      integer primary key,
    model           text not null,
    rule            text not null,   -- the constraint's or the check's name
    kind            text not null check (kind in
        ('not null', 'check', 'unique', 'foreign key', 'type', 'data check',
         'quarantine')),
    key_json        text not null,   -- the key's columns and values
    row_json        text not null,   -- all columns and values
    cause           text not null,   -- for people: what is wrong with it
    source_table    text,            -- the raw table it came from, if known
    source_row_id   integer,         -- and its row there
    state           text not null default 'open'
        check (state in ('open', 'released', 'gone')),
    first_run_id    integer not null,
    first_seen_at   text not null,
    last_run_id     integer not null,
    last_seen_at    text not null,
    closed_at       text,            -- released or gone; null while open
    unique (model, rule, key_json)
) strict)";

constexpr std::string_view kState = R"(
create table ls_state (
    -- A table whose content a committed state changed.
    state         integer not null,  -- counted from 1, never again
    model         text not null,
    run_id        integer not null,
    row_count     integer not null,
    content_hash  text,              -- null: not computed in this build
    cause         text not null,     -- new data, script changed, ...
    committed_at  text not null,
    primary key (state, model)
) strict)";

constexpr std::string_view kTable = R"(
create table ls_table (
    -- The dictionary: a table or view that people may read.
    table_name  text not null primary key,
    kind        text not null,     -- as in ls_model, or raw
    document    text not null,
    owner       text not null,     -- '' where none is declared
    tags        text not null,     -- separated by blanks
    version     integer not null,
    path        text not null
) strict)";

constexpr std::string_view kColumn = R"(
create table ls_column (
    -- The dictionary: a column.
    table_name         text not null references ls_table (table_name),
    column_name        text not null,
    position           integer not null,  -- from 1
    type               text not null,     -- '' where a view has none
    is_nullable        integer not null check (is_nullable in (0, 1)),
    is_key             integer not null check (is_key in (0, 1)),
    document           text not null,
    unit               text,              -- null: none declared
    pii                text,              -- class of personal data; null: none
    null_share         real,              -- 0 to 1; null: not measured
    distinct_estimate  integer,           -- null: not measured
    example            text,              -- null: personal, or not measured
    primary key (table_name, column_name)
) strict)";

constexpr std::string_view kLineage = R"(
create table ls_lineage (
    -- What a model reads: one row per column that its query reads, and one per
    -- output column, with the column whose values it hands through.
    model          text not null,
    output_column  text not null,  -- '' for: somewhere in the query
    source         text not null,  -- '' for: not told (an expression, a union)
    source_column  text not null,  -- '' for: not told, or only rows are counted
    primary key (model, output_column, source, source_column)
) strict)";

constexpr std::string_view kSlice = R"(
create table ls_slice (
    -- The ledger: a slice of a source that was ever expected.
    source          text not null,  -- as in learnsql.ini: gharchive, kusto.cse
    object          text not null,  -- what of it: hours
    slice_start     text not null,  -- the first moment it covers
    slice_end       text not null,  -- the first moment after it
    name            text not null,  -- the source's own: 2015-01-01-0.json.gz
    state           text not null
        check (state in ('expected', 'running', 'loaded', 'empty', 'missing',
                         'failed', 'source_gone')),
    load_id         integer,        -- of its rows; null: none are here
    rows_read       integer not null default 0,
    rows_loaded     integer not null default 0,
    rows_duplicate  integer not null default 0,  -- same key and same bytes
    rows_conflict   integer not null default 0,  -- same key, others; loaded
    rows_rejected   integer not null default 0,  -- in ls_reject
    bytes_fetched   integer not null default 0,
    bytes_decoded   integer not null default 0,
    sha256          text,           -- of the bytes fetched
    etag            text,           -- as the source sent it
    source_at       text,           -- when the source last changed it
    cursor          text,           -- where the next slice goes on, if anywhere
    unknown_fields  text,           -- JSON: path to count; null: none
    attempts        integer not null default 0,
    warning         text,           -- what is odd about its file; null: nothing
    error           text,           -- of the last attempt; null: none
    checked_at      text,           -- when the source was last asked
    started_at      text,           -- of the last load
    loaded_at       text,           -- when its rows were committed
    primary key (source, object, slice_start)
) strict)";

constexpr std::string_view kReject = R"(
create table ls_reject (
    -- A record that could not be read or that breaks a rule of its raw table.
    load_id      integer not null,
    sequence     integer not null,  -- within its load, from 1
    line         integer not null,  -- of the decoded stream, from 1
    byte_offset  integer not null,  -- of the decoded stream, from 0
    reason       text not null,     -- a code: bad_json, null_value
    detail       text not null,     -- what is wrong, for people
    column_name  text,              -- whose rule it breaks; null: none
    raw          blob not null,     -- its first 4 KiB
    length       integer not null,  -- of the whole record, in bytes
    sha256       text not null,     -- of the whole record
    primary key (load_id, sequence)
) strict)";

constexpr std::string_view kRemovedLoad = R"(
create table ls_removed_load (
    -- A load whose rows were taken out again: replaced, or dropped.
    load_id      integer not null,
    raw_table    text not null,
    row_count    integer not null,
    source       text not null,
    object       text not null,
    slice_start  text not null,
    removed_at   text not null,
    primary key (load_id, raw_table)
) strict)";

constexpr LsTable kTables[] = {
    {"ls_meta", kMeta},
    {"ls_run", kRun},
    {"ls_model", kModel},
    {"ls_model_run", kModelRun},
    {"ls_check", kCheck},
    {"ls_failure", kFailure},
    {"ls_state", kState},
    {"ls_table", kTable},
    {"ls_column", kColumn},
    {"ls_lineage", kLineage},
    {"ls_slice", kSlice},
    {"ls_reject", kReject},
    {"ls_removed_load", kRemovedLoad},
};

}  // namespace

std::span<const LsTable> LsTables() { return kTables; }

}  // namespace learnsql
