import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { replayTopics } from '@pipeline/schemas';
import { partitionOf } from '@pipeline/streams';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestTopics, type TestTopics } from '../../../../../sandbox/src/testing/index.ts';
import { type LogMessage, withLog } from '../kafka/log.ts';
import { command as runCommand, contentOf, targetOf } from '../testing/command.ts';
import { importIdOf, readImported } from './lane.ts';
import { createTally, readEvents } from './readEvents.ts';
import { sendEvents } from './send.ts';

const PARTITIONS = 3;
const lane = replayTopics.fulfillmenttoolsNotifications;

let run: TestTopics;
let directory: string;
beforeEach(async () => {
  run = await createTestTopics({ partitions: PARTITIONS, topics: [lane.source, lane] });
  directory = await mkdtemp(path.join(tmpdir(), 'import-events-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
  await run.drop();
});

const look = () => contentOf(run, lane);

const HOUR = 3_600_000;
const at = (hours: number) => new Date(Date.UTC(2026, 0, 15) + hours * HOUR).toISOString();
const line = (n: number, over: object = {}) =>
  JSON.stringify({
    id: `event-${n}`,
    eventName: 'order-modified_event-v1',
    payload: { id: `order-${n}`, version: n, processId: `process-${n % 7}` },
    created: at(n / 10),
    ...over,
  });

async function put(name: string, lines: readonly string[]): Promise<string> {
  const file = path.join(directory, name);
  await writeFile(file, gzipSync(lines.join('\n')));
  return file;
}

const eventIds = (messages: readonly LogMessage[]) =>
  messages.map(({ value }) => (JSON.parse(String(value)) as { eventId: string }).eventId);

test('events of files come into the lane as webhooks would have brought them; bad lines are named and stop nothing', async () => {
  const first = await put('a.jsonl.gz', [
    line(1),
    '{"broken',
    line(2),
    line(3, { eventName: 'stow-job-created_event-v1' }),
  ]);
  const second = await put('b.jsonl.gz', [line(30), line(31), line(99)]);
  const files = `import-events ${first} ${second} --since ${at(0.15)} --until ${at(5)}`;

  const dry = await runCommand(run, `${files} --dry-run`);
  expect(dry.out).toContain('3 events about orders in 2 files');
  expect(dry.out).toContain(`${first}:2 is no JSON object`);
  expect(dry.out).toContain('2 were not created between');
  expect(dry.out).not.toContain('broken');
  expect(await look()).toEqual([]);
  await expect(runCommand(run, files)).rejects.toThrow('--yes');

  const { code, out } = await runCommand(run, `${files} --yes --json`);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ sent: 3, bad: 1, outside: 2, events: { ORDER_MODIFIED: 3 } });
  const messages = await look();
  expect(eventIds(messages).sort()).toEqual(['event-2', 'event-30', 'event-31']);
  for (const { key, partition, headers, value } of messages) {
    expect(partition).toBe(partitionOf(key ?? '', PARTITIONS));
    expect(headers).toMatchObject({ origin: 'catch-up', ce_type: 'fulfillmenttools.notification' });
    const { event, payload } = JSON.parse(String(value)) as { event: string; payload: { processId: string } };
    expect([event, key]).toEqual(['ORDER_MODIFIED', payload.processId]);
  }

  const again = await runCommand(run, `${files} --yes --json`);
  // The last batch of each file may be there in part only: it is sent again.
  expect(JSON.parse(again.out)).toMatchObject({ sent: 3 });
  expect((JSON.parse((await runCommand(run, `${files} --yes --json --run 2`)).out) as { sent: number }).sent).toBe(3);
});

test('an import that was broken off goes on where it was: nothing is left out, at most a batch is there twice', async () => {
  const file = await put(
    'a.jsonl.gz',
    Array.from({ length: 450 }, (_, n) => line(n + 1)),
  );
  const selection = { since: undefined, until: undefined, run: '1' };
  const importId = await importIdOf(file, selection);
  let batches = 0;
  await withLog({ target: targetOf(run), topics: [lane.source, lane], say: () => undefined }, async (log) => {
    const { createProducerQueue } = await import('@pipeline/streams/kafka');
    const queue = createProducerQueue({ kafka: log.kafka });
    const broken = sendEvents({
      ...{ events: readEvents(file, selection, createTally()), importId, fromLine: 0, queue },
      ...{ topic: log.nameOf(lane), perSecond: 5_000, pace: { startedAt: performance.now(), sent: 0 } },
      onSent: () => {
        if (++batches === 2) throw new Error('the operator went home');
      },
    });
    await expect(broken).rejects.toThrow('went home');
    await queue.close();
    expect((await readImported(log)).get(importId)).toBe(101);
  });

  const { out } = await runCommand(run, `import-events ${file} --yes --rate 5000 --json`);
  expect(JSON.parse(out)).toMatchObject({ sent: 350, files: [{ fromLine: 101 }] });
  const ids = eventIds(await look());
  expect(ids).toHaveLength(550);
  expect(new Set(ids).size).toBe(450);
});

test('a file that is not there, or is cut, is said', async () => {
  await expect(runCommand(run, 'import-events nowhere.jsonl.gz --yes')).rejects.toThrow('ENOENT');
  const cut = path.join(directory, 'cut.jsonl.gz');
  const packed = gzipSync(Array.from({ length: 500 }, (_, n) => line(n)).join('\n'));
  await writeFile(cut, packed.subarray(0, packed.length - 20));
  const { code, out } = await runCommand(run, `import-events ${cut} --yes --rate 5000`);
  expect(code).toBe(1);
  expect(out).toContain('cannot be read to its end');
});
