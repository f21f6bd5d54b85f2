// DuckDB: read_json with explicit columns into a table on disk, 2 threads.
// usage: node duckdb.mjs DATABASE FILE...
// Prints "events seconds".
import {DuckDBInstance} from '@duckdb/node-api';

const [database, ...files] = process.argv.slice(2);
const instance = await DuckDBInstance.create(database, {threads: '2'});
const connection = await instance.connect();
const list = files.map((f) => `'${f}'`).join(', ');
const began = process.hrtime.bigint();
await connection.run(`
create table events as
select
    cast(id as bigint) as event_id, type, actor.id as actor_id,
    actor.login as actor_login, repo.id as repo_id, repo.name as repo_name,
    org.id as org_id, org.login as org_login, public, created_at,
    payload.action as payload_action, payload.ref as payload_ref,
    payload.ref_type as payload_ref_type, payload.number as payload_number,
    payload.size as payload_size, payload.distinct_size as payload_distinct_size
from read_json([${list}], format = 'newline_delimited',
    maximum_object_size = 16777216, columns = {
        id: 'VARCHAR', type: 'VARCHAR',
        actor: 'STRUCT(id BIGINT, login VARCHAR)',
        repo: 'STRUCT(id BIGINT, name VARCHAR)',
        org: 'STRUCT(id BIGINT, login VARCHAR)',
        public: 'BOOLEAN', created_at: 'TIMESTAMP',
        payload: 'STRUCT("action" VARCHAR, "ref" VARCHAR, ref_type VARCHAR, "number" BIGINT, size BIGINT, distinct_size BIGINT)'
    })`);
await connection.run('checkpoint');
const seconds = Number(process.hrtime.bigint() - began) / 1e9;
const rows = await connection.runAndReadAll('select count(*) from events');
console.log(`${rows.getRows()[0][0]} ${seconds.toFixed(3)}`);
