import { DatabaseSync } from 'node:sqlite';
import { ClassicLevel } from 'classic-level';
import { open } from 'lmdb';
import type { OpenPartition } from './candidate.ts';

// Kafka has everything: what the machine's end loses may be read again, so nothing waits for the disk.

export const openLmdb: OpenPartition = (path) => {
  const database = open<Buffer, string>({ path, encoding: 'binary', noSync: true });
  return {
    fill(batch) {
      database.transactionSync(() => {
        for (const { key, value } of batch) database.putSync(key, value);
      });
    },
    set: ({ key, value }) => void database.putSync(key, value),
    get: (key) => database.get(key),
    close: () => database.close(),
  };
};

export const openLevel: OpenPartition = async (path) => {
  const database = new ClassicLevel<string, Buffer>(path, { valueEncoding: 'buffer' });
  await database.open();
  return {
    fill: (batch) => database.batch(batch.map(({ key, value }) => ({ type: 'put', key, value }))),
    set: ({ key, value }) => database.put(key, value),
    get: (key) => database.getSync(key),
    close: () => database.close(),
  };
};

export const openSqlite: OpenPartition = (path) => {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  database.exec('CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID');
  const put = database.prepare('INSERT OR REPLACE INTO entries VALUES (?, ?)');
  const read = database.prepare('SELECT value FROM entries WHERE key = ?');
  return {
    fill(batch) {
      database.exec('BEGIN');
      for (const { key, value } of batch) put.run(key, value);
      database.exec('COMMIT');
    },
    set: ({ key, value }) => void put.run(key, value),
    get: (key) => read.get(key)?.['value'] as Uint8Array | undefined,
    close: () => database.close(),
  };
};
