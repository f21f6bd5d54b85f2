// ClickHouse (chdb): JSONEachRow with typed tuples into MergeTree, 2 threads.
// usage: node clickhouse.mjs FOLDER FILE...
// Prints "events seconds".
import {createRequire} from 'node:module';
import {basename, dirname} from 'node:path';

const {Session} = createRequire(import.meta.url)('chdb');
const [folder, ...files] = process.argv.slice(2);
const session = new Session(folder);
session.query('create database if not exists bench engine = Atomic');
session.query(`
create table bench.events (
    event_id Int64, type LowCardinality(String), actor_id Nullable(Int64),
    actor_login Nullable(String), repo_id Nullable(Int64),
    repo_name Nullable(String), org_id Nullable(Int64),
    org_login Nullable(String), public Nullable(Bool), created_at DateTime,
    payload_action Nullable(String), payload_ref Nullable(String),
    payload_ref_type Nullable(String), payload_number Nullable(Int64),
    payload_size Nullable(Int64), payload_distinct_size Nullable(Int64)
) engine = MergeTree order by created_at`);
// One folder: a glob over whole paths finds nothing.
const names = files.map((f) => basename(f));
const path = names.length === 1
    ? files[0] : `${dirname(files[0])}/{${names.join(',')}}`;
const began = process.hrtime.bigint();
session.query(`
insert into bench.events
select
    toInt64(id), type, actor.id, actor.login, repo.id, repo.name, org.id,
    org.login, public, parseDateTimeBestEffort(created_at), payload.action,
    payload.ref, payload.ref_type, payload.number, payload.size,
    payload.distinct_size
from file('${path}', 'JSONEachRow',
    'id String, type String, actor Tuple(id Nullable(Int64), login Nullable(String)), repo Tuple(id Nullable(Int64), name Nullable(String)), org Tuple(id Nullable(Int64), login Nullable(String)), public Nullable(Bool), created_at String, payload Tuple(action Nullable(String), ref Nullable(String), ref_type Nullable(String), number Nullable(Int64), size Nullable(Int64), distinct_size Nullable(Int64))')
settings max_threads = 2, input_format_skip_unknown_fields = 1,
    input_format_json_ignore_unknown_keys_in_named_tuple = 1`);
const seconds = Number(process.hrtime.bigint() - began) / 1e9;
const rows = session.query('select count() from bench.events', 'TSV').trim();
console.log(`${rows} ${seconds.toFixed(3)}`);
