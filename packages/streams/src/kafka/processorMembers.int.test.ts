import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import type { ProcessorStatus } from '../observer.ts';
import { createTcpProxy, proxySocketFactory } from '../../../../sandbox/src/testing/index.ts';
import { aBatch, type Bench, counting, createBench, PARTITIONS, until } from './testing/bench.ts';
import type { MemberProcessOptions } from './testing/memberProcess.ts';

const brokers = inject('brokers');
/** Kafka's number of the request whose answer says what is assigned. */
const SYNC_GROUP = 14;
const OFFSET_COMMIT = 8;
const ILLEGAL_GENERATION = 22;
const REBALANCE_IN_PROGRESS = 27;

interface Child extends AsyncDisposable {
  readonly process: ChildProcess;
  readonly effects: string[];
  status(): Promise<ProcessorStatus>;
  ended(): Promise<number | null>;
}

async function startChild(bench: Bench, name: string, effectMs: number): Promise<Child> {
  const options: MemberProcessOptions = { brokers, prefix: bench.prefix, name, effectMs };
  const child = fork(`${import.meta.dirname}/testing/memberProcess.ts`, [JSON.stringify(options)], {
    execArgv: ['--disable-warning=TimeoutNegativeWarning'],
  });
  const effects: string[] = [];
  let status = Promise.withResolvers<ProcessorStatus>();
  const started = Promise.withResolvers<void>();
  child.on('message', (line: { effect?: string; started?: true; status?: ProcessorStatus }) => {
    if (line.effect) effects.push(line.effect);
    if (line.started) started.resolve();
    if (line.status) status.resolve(line.status);
  });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  exit.then(
    () => started.reject(new Error('the child ended')),
    () => undefined,
  );
  await started.promise;
  return {
    process: child,
    effects,
    status() {
      status = Promise.withResolvers();
      child.send('status');
      return status.promise;
    },
    ended: async () => (await exit)[0],
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/**
 * Between a member and the broker: while `refusal` is set, commits reach the broker under an earlier generation, which it
 * refuses, and `refusal` is why the member hears that it did. `answers` are the broker's own.
 */
function aRefuser() {
  const refuser = { refusal: undefined as number | undefined, answers: new Map<number, number>() };
  const late = new Set<number>();
  const rewrite = (frame: Buffer, sender: 'client' | 'broker'): Buffer => {
    if (sender === 'client' && frame.readInt16BE(4) === OFFSET_COMMIT && refuser.refusal !== undefined) {
      const groupAt = 14 + Math.max(0, frame.readInt16BE(12));
      const generationAt = groupAt + 2 + frame.readInt16BE(groupAt);
      frame.writeInt32BE(frame.readInt32BE(generationAt) - 1, generationAt);
      late.add(frame.readInt32BE(8));
    } else if (sender === 'broker' && late.delete(frame.readInt32BE(4))) {
      // With the code of its last partition, here the only one, the answer ends.
      const code = frame.readInt16BE(frame.length - 2);
      refuser.answers.set(code, (refuser.answers.get(code) ?? 0) + 1);
      frame.writeInt16BE(refuser.refusal ?? code, frame.length - 2);
    }
    return frame;
  };
  return Object.assign(refuser, { rewrite });
}

/** The state's counts, as a group of its own sees them; fences whoever is left. */
async function finalCounts(bench: Bench, keys: number): Promise<number[]> {
  const counts = new Map<string, number>();
  const reader = bench.member({
    group: 'reader',
    withState: true,
    handler: ([{ key }], { state }) => {
      counts.set(key, state.value?.count ?? 0);
      return Promise.resolve([]);
    },
  });
  await reader.start();
  await until('the reader has seen all keys', () => counts.size === keys);
  await reader.stop(1_000);
  return [...counts.values()];
}

it('repeats nothing that was finished after SIGTERM, and ends with 0', async () => {
  await using bench = await createBench({ brokers });
  await bench.send(aBatch(40, 5));
  await using first = await startChild(bench, 'first', 30);
  await until('it is at work', () => first.effects.length >= 60);
  first.process.kill('SIGTERM');
  expect(await first.ended()).toBe(0);
  expect(first.effects.length).toBeLessThan(200);
  await using second = await startChild(bench, 'second', 0);
  await until('all is committed', async () => (await bench.committed()) === 200n);
  const effects = [...first.effects, ...second.effects];
  expect(effects).toHaveLength(200);
  expect(new Set(effects).size).toBe(200);
});

it('loses nothing when a member is killed, and repeats at most what was in flight or not yet committed', async () => {
  await using bench = await createBench({ brokers });
  await using first = await startChild(bench, 'first', 20);
  await using second = await startChild(bench, 'second', 20);
  await bench.send(aBatch(40, 10));
  await until('both are at work', () => first.effects.length >= 40 && second.effects.length >= 40);
  first.process.kill('SIGKILL');
  await until('all is committed', async () => (await bench.committed()) === 400n);
  expect(await finalCounts(bench, 40)).toEqual(Array.from({ length: 40 }, () => 10));
  expect(first.effects.length + second.effects.length).toBeLessThan(400 + 200);
});

it('works on after it was stopped for longer than its session and another member took over', async () => {
  await using bench = await createBench({ brokers });
  await using sleeper = await startChild(bench, 'sleeper', 20);
  await using other = await startChild(bench, 'other', 20);
  await bench.send(aBatch(40, 5));
  await until('both are at work', () => sleeper.effects.length >= 20 && other.effects.length >= 20);
  sleeper.process.kill('SIGSTOP');
  await until('the other owns all', async () => (await other.status()).ownedPartitions === PARTITIONS);
  await until('the other finished all', async () => (await bench.committed()) === 200n);
  sleeper.process.kill('SIGCONT');
  await until('both own half', async () => (await other.status()).ownedPartitions === PARTITIONS / 2);
  await bench.send(aBatch(40, 10).slice(200));
  await until('all is committed', async () => (await bench.committed()) === 400n);
  for (const member of [sleeper, other]) {
    expect(await member.status()).toMatchObject({ joined: true, fencedPartitions: [], unfinished: 0, problems: [] });
  }
  expect(await finalCounts(bench, 40)).toEqual(Array.from({ length: 40 }, () => 10));
});

it('does nothing again of which commits are refused, as of an earlier generation or in a rebalance, and commits it later', async () => {
  const refuser = aRefuser();
  const proxy = await createTcpProxy({ target: brokers[0] ?? '', rewrite: refuser.rewrite });
  await using bench = await createBench({ brokers, socketFactory: proxySocketFactory(proxy.address) });
  const effects: string[] = [];
  const defects: unknown[] = [];
  const crashes: unknown[] = [];
  const member = bench.member({
    handler: ([{ key, value }]) => {
      effects.push(`${key} ${value.n}`);
      return Promise.resolve([]);
    },
    observer: { defect: (error) => defects.push(error), crashed: (error) => crashes.push(error) },
  });
  await member.start();
  refuser.refusal = ILLEGAL_GENERATION;
  await bench.send(aBatch(1, 80));
  const refusals = (): number => refuser.answers.get(ILLEGAL_GENERATION) ?? 0;
  await until('all is handled, and commits were refused', () => effects.length >= 80 && refusals() >= 2);
  refuser.refusal = REBALANCE_IN_PROGRESS;
  const before = refusals();
  await until('they are refused for the other reason', () => refusals() >= before + 2);
  expect([...refuser.answers.keys()]).toEqual([ILLEGAL_GENERATION]);
  expect(await bench.committed()).toBe(0n);
  refuser.refusal = undefined;
  await until('all is committed', async () => (await bench.committed()) === 80n);
  expect(effects).toHaveLength(80);
  expect(new Set(effects).size).toBe(80);
  expect(member.status()).toMatchObject({ joined: true, crashed: false, unfinished: 0, problems: [] });
  expect([defects, crashes]).toEqual([[], []]);
  await member.stop(1_000);
  await proxy.close();
});

it('owns a partition again that a late member of its own group fenced', async () => {
  await using bench = await createBench({ brokers });
  const fenced: number[] = [];
  const member = bench.member({
    withState: true,
    observer: { fenced: (partition) => void fenced.push(partition) },
    handler: counting('x', () => Promise.resolve()),
  });
  await member.start();
  await bench.send(aBatch(20, 1));
  await until('all is committed', async () => (await bench.committed()) === 20n);
  // What a member does that lost its partitions while it was about to claim them.
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const late = bench.kafka.producer({
      transactionalId: `${bench.prefix}state-${partition}`,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await late.connect();
    await (await late.transaction()).abort();
    await late.disconnect();
  }
  await bench.send(aBatch(20, 2).slice(20));
  await until('it is fenced', () => fenced.length === PARTITIONS);
  await until('all is committed', async () => (await bench.committed()) === 40n);
  expect(member.status().fencedPartitions).toEqual([]);
  expect(await finalCounts(bench, 20)).toEqual(Array.from({ length: 20 }, () => 2));
});

it('leaves a partition alone that another deployment has claimed, however long the group assigns it to us', async () => {
  await using bench = await createBench({ brokers });
  const fenced: number[] = [];
  const ours = bench.member({
    withState: true,
    sessionTimeoutMs: 6_000,
    observer: { fenced: (partition) => void fenced.push(partition) },
    handler: counting('ours', () => Promise.resolve()),
  });
  await ours.start();
  await bench.send(aBatch(20, 1));
  await until('all is committed', async () => (await bench.committed()) === 20n);
  const theirs = bench.member({
    group: 'theirs',
    withState: true,
    handler: counting('theirs', () => Promise.resolve()),
  });
  await theirs.start();
  await until('they own it', () => theirs.status().restoringPartitions === 0 && theirs.status().ownedPartitions > 0);
  await bench.send(aBatch(20, 2).slice(20));
  await until('we are fenced', () => fenced.length === PARTITIONS);
  await sleep(5_000);
  expect(ours.status().fencedPartitions).toHaveLength(PARTITIONS);
  expect(fenced).toHaveLength(PARTITIONS);
  expect(theirs.status().fencedPartitions).toEqual([]);
  expect(await bench.committed('theirs')).toBe(40n);
});

it('keeps the order of a key whose partition is lost and regained while its handler runs', async () => {
  await using bench = await createBench({ brokers });
  const gate = Promise.withResolvers<void>();
  const inside = new Set<string>();
  const handled = new Map<string, number[]>();
  let overlaps = 0;
  const keeper = bench.member({
    concurrency: 64,
    handler: async ([{ key, value }]) => {
      if (inside.has(key)) overlaps++;
      inside.add(key);
      if (value.n === 0) await gate.promise;
      inside.delete(key);
      handled.set(key, [...(handled.get(key) ?? []), value.n]);
      return [];
    },
  });
  await bench.send(aBatch(20, 3));
  await keeper.start();
  await until('all keys are at their first', () => keeper.status().keysRunning === 20);
  const passing = bench.member({ handler: () => new Promise(() => undefined) });
  await passing.start();
  await until('half are lost', () => keeper.status().ownedPartitions === PARTITIONS / 2);
  await passing.stop(0);
  await until('they are back', () => keeper.status().ownedPartitions === PARTITIONS);
  await until('and read again', () => keeper.status().unfinished === 60);
  gate.resolve();
  await until('all is committed', async () => (await bench.committed()) === 60n);
  expect(overlaps).toBe(0);
  for (const order of handled.values())
    expect([
      [0, 1, 2],
      [0, 0, 1, 2],
    ]).toContainEqual(order);
  expect(handled.size).toBe(20);
});

it('stops at any time and for good: before it started, while it joins, while it restores, twice', async () => {
  await using bench = await createBench({ brokers });
  const assigned: string[] = [];
  const aMember = (name: string) =>
    bench.member({
      withState: true,
      observer: { assigned: () => void assigned.push(name) },
      handler: counting(name, () => Promise.resolve()),
    });
  const never = aMember('never');
  await never.stop(1_000);
  await never.start();
  const joining = aMember('joining');
  const started = joining.start();
  await sleep(20);
  await Promise.all([joining.stop(1_000), joining.stop(1_000), started]);
  const restoring = aMember('restoring');
  await restoring.start();
  expect(restoring.status().restoringPartitions).toBeGreaterThan(0);
  await restoring.stop(1_000);
  expect(assigned).not.toContain('never');
  // None of them is still in the group: the next one gets everything at once.
  const last = aMember('last');
  await last.start();
  expect(last.status().ownedPartitions).toBe(PARTITIONS);
  expect([never, joining, restoring].map((member) => member.status().joined)).toEqual([false, false, false]);
});

it('joins anew when it does not hear what it was assigned, instead of going on with what others have', async () => {
  const proxy = await createTcpProxy({ target: brokers[0] ?? '' });
  await using bench = await createBench({ brokers, socketFactory: proxySocketFactory(proxy.address) });
  const handler = () => Promise.resolve([]);
  const deaf = bench.member({ handler });
  await deaf.start();
  expect(deaf.status().ownedPartitions).toBe(PARTITIONS);
  proxy.cutEveryNthResponse(SYNC_GROUP, 1);
  const other = bench.member({ handler, kafka: bench.kafka });
  const joined = other.start();
  await until('an answer was cut', () => proxy.cuts > 0);
  proxy.cutEveryNthResponse(SYNC_GROUP, 0);
  await joined;
  await until('each has its half', () =>
    [deaf, other].every((member) => member.status().ownedPartitions === PARTITIONS / 2),
  );
  await bench.send(aBatch(40, 1));
  await until('all is committed', async () => (await bench.committed()) === 40n);
  await Promise.all([deaf.stop(1_000), other.stop(1_000)]);
  await proxy.close();
});

it('goes on by itself after the broker was away', async () => {
  const proxy = await createTcpProxy({ target: brokers[0] ?? '' });
  await using bench = await createBench({ brokers, socketFactory: proxySocketFactory(proxy.address) });
  const member = bench.member({ withState: true, handler: counting('x', () => sleep(5)) });
  await member.start();
  await bench.send(aBatch(40, 3));
  await until('it works', async () => (await bench.committed()) > 10n);
  proxy.setReachable(false);
  await bench.send(aBatch(40, 6).slice(120));
  await sleep(3_000);
  proxy.setReachable(true);
  await until('all is committed', async () => (await bench.committed()) === 240n);
  expect(member.status()).toMatchObject({ joined: true, fencedPartitions: [], crashed: false, problems: [] });
  expect(await finalCounts(bench, 40)).toEqual(Array.from({ length: 40 }, () => 6));
  await member.stop(1_000);
  await proxy.close();
});
