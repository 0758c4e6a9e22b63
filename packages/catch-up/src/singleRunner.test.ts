import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Turn } from './singleRunner.ts';
import { createMember } from './testing/member.ts';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.useRealTimers();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

/** Runs that go on until the test ends them, each with its turn. */
function createRuns() {
  const begun: { readonly turn: Turn; readonly stored: string | undefined; end(): void; fail(error: Error): void }[] =
    [];
  let atOnce = 0;
  let most = 0;
  const run = async (turn: Turn): Promise<void> => {
    most = Math.max(most, ++atOnce);
    try {
      await new Promise<void>((resolve, reject) => {
        begun.push({ turn, stored: turn.stored?.toString(), end: resolve, fail: reject });
      });
    } finally {
      atOnce--;
    }
  };
  return { run, begun, most: () => most, atOnce: () => atOnce };
}

/** It has the turn, and runs. */
async function startRunning(record?: string) {
  const runs = createRuns();
  const member = createMember(runs.run);
  member.runner.start();
  await settle();
  if (record !== undefined) member.readRecord(record);
  member.readClaim();
  await settle();
  return { ...member, ...runs };
}

describe('who runs', () => {
  it('is who reads its own claim, with the record that was stored before it', async () => {
    const runs = createRuns();
    const { runner, claims, turns, readRecord, readClaim } = createMember(runs.run);
    runner.start();
    await settle();
    expect(claims()).toMatchObject([{ topic: 'records', partition: 0, value: null, headers: { producer: 'test@0' } }]);
    readClaim('of another');
    readClaim(undefined, 1);
    readRecord('older');
    readRecord('of another partition', 1);
    readRecord('newest');
    await settle();
    expect([runs.begun, turns]).toEqual([[], []]);
    readClaim();
    await settle();
    expect(runs.begun.map(({ stored }) => stored)).toEqual(['newest']);
    expect(turns).toEqual([true]);
  });

  it('begins with nothing where nothing was stored', async () => {
    const { begun } = await startRunning();
    expect(begun[0]?.turn.stored).toBeNull();
  });

  it('leaves only the record in force unfinished, so that the next owner reads it', async () => {
    const { readRecord, done } = await startRunning('first');
    readRecord('second');
    await settle();
    // 0: first, 1: claim, 2: second
    expect([...done].sort()).toEqual([0n, 1n]);
  });

  it('claims again until Kafka takes it, and only with its newest claim', async () => {
    const { runner, failures, claims, errors, rebalance } = createMember(createRuns().run);
    failures.send.push(new Error('no leader'), new Error('no leader'), new Error('no leader'));
    runner.start();
    await settle();
    rebalance();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(errors).toHaveLength(3);
    expect(claims()).toHaveLength(1);
  });

  it('tries to join until it succeeds, or is stopped', async () => {
    const runs = createRuns();
    const { runner, failures, errors, claims } = createMember(runs.run);
    failures.start.push(new Error('no broker'), new Error('no broker'));
    runner.start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([errors.length, claims().length, runner.joined]).toEqual([2, 1, true]);
    const other = createMember(runs.run);
    other.failures.start.push(...Array.from({ length: 50 }, () => new Error('no broker')));
    other.runner.start();
    await settle();
    await other.runner.stop(1_000);
    await vi.advanceTimersByTimeAsync(600_000);
    expect([other.errors.length, other.runner.joined]).toEqual([1, false]);
  });
});

describe('overlapping turns', () => {
  it('do not begin twice when a claim is read twice', async () => {
    const { begun, readClaim, rebalance } = await startRunning();
    readClaim();
    await settle();
    expect(begun).toHaveLength(1);
    rebalance();
    expect(begun[0]?.turn.signal.aborted).toBe(true);
  });

  it('wait for one another: a run that was told to end is over before the next begins', async () => {
    const { begun, most, turns, rebalance, readClaim } = await startRunning();
    rebalance();
    await settle();
    expect(begun[0]?.turn.signal.aborted).toBe(true);
    readClaim();
    await settle();
    expect([begun.length, turns]).toEqual([1, [true]]);
    begun[0]?.end();
    await settle();
    expect([begun.length, most(), turns]).toEqual([2, 1, [true, false, true]]);
    expect(begun[1]?.turn.signal.aborted).toBe(false);
  });

  it('that were over before they could begin never do', async () => {
    const { begun, most, turns, rebalance, readClaim } = await startRunning();
    for (let n = 0; n < 3; n++) {
      rebalance();
      await settle();
      readClaim();
    }
    begun[0]?.end();
    await settle();
    expect([begun.length, most(), turns]).toEqual([2, 1, [true, false, true]]);
  });

  it('end when a claim of before the rebalance is all that it has', async () => {
    const { begun, claims, rebalance, readClaim } = await startRunning();
    const former = claims()[0]?.headers?.['claim'];
    rebalance();
    begun[0]?.end();
    await settle();
    readClaim(former);
    await settle();
    expect(begun).toHaveLength(1);
  });

  it('write nothing: who has lost the turn, or the group without having heard of it, is told so', async () => {
    const { begun, sent, rebalance, drop, readClaim } = await startRunning();
    const { turn } = begun[0] ?? {};
    rebalance();
    await settle();
    const before = sent.length;
    await expect(turn?.save(Buffer.from('late'))).rejects.toMatchObject({ errorClass: 'fenced', code: 'turn-over' });
    begun[0]?.end();
    readClaim();
    await settle();
    const next = begun[1]?.turn;
    drop();
    expect(() => next?.check()).toThrow(expect.objectContaining({ code: 'turn-over' }));
    await expect(next?.save(Buffer.from('late'))).rejects.toMatchObject({ code: 'turn-over' });
    expect(sent.length).toBe(before);
  });

  it('keep the turn when what looked like a rebalance was none', async () => {
    const { begun, drop, keep, claims } = await startRunning();
    const { turn } = begun[0] ?? {};
    drop();
    expect(() => turn?.check()).toThrow(expect.objectContaining({ code: 'turn-over' }));
    begun[0]?.fail(new Error('it was over'));
    keep();
    await vi.advanceTimersByTimeAsync(1_000);
    expect([claims().length, begun.length, begun[1]?.turn.signal.aborted]).toEqual([1, 2, false]);
    await begun[1]?.turn.save(Buffer.from('again'));
  });
});

describe('a run that fails', () => {
  it('is called again after a pause, longer each time, with what was stored last', async () => {
    const { begun, errors, turns, sent } = await startRunning('first');
    await begun[0]?.turn.save(Buffer.from('second'));
    expect(sent.at(-1)).toMatchObject({
      topic: 'records',
      partition: 0,
      key: 'the-record',
      value: Buffer.from('second'),
    });
    begun[0]?.fail(new Error('no answer'));
    await vi.advanceTimersByTimeAsync(499);
    expect(begun).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun[1]?.stored).toBe('second');
    begun[1]?.fail(new Error('no answer'));
    await vi.advanceTimersByTimeAsync(999);
    expect(begun).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect([begun.length, errors.map(String)]).toEqual([3, ['Error: no answer', 'Error: no answer']]);
    expect(turns).toEqual([true]);
  });

  it('or ends too early is not called again at once', async () => {
    const { begun, errors } = await startRunning();
    begun[0]?.end();
    await vi.advanceTimersByTimeAsync(499);
    expect(begun).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect([begun.length, errors]).toEqual([2, []]);
  });

  it('because its turn is over is no failure, and is not called again', async () => {
    const { begun, errors, turns, rebalance } = await startRunning();
    rebalance();
    begun[0]?.fail(new Error('aborted'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect([begun.length, errors, turns]).toEqual([1, [], [true, false]]);
  });

  it('stores nothing that Kafka did not take', async () => {
    const { begun, failures } = await startRunning('first');
    failures.send.push(new Error('too large'));
    await expect(begun[0]?.turn.save(Buffer.from('second'))).rejects.toThrow('too large');
    begun[0]?.fail(new Error('too large'));
    await vi.advanceTimersByTimeAsync(500);
    expect(begun[1]?.stored).toBe('first');
  });

  it('loses its turn with a crash of the membership, but not with another trouble of it', async () => {
    const { begun, errors, crash, trouble } = await startRunning();
    trouble(new Error('a commit failed'));
    expect(begun[0]?.turn.signal.aborted).toBe(false);
    crash(new Error('session lost'));
    expect(begun[0]?.turn.signal.aborted).toBe(true);
    expect(errors.map(String)).toEqual(['Error: a commit failed', 'Error: session lost']);
  });
});

describe('stopping while it runs', () => {
  it('ends the turn, waits for the run, and only then leaves the group', async () => {
    const { runner, begun, turns, stops } = await startRunning();
    let stopped = false;
    const stopping = runner.stop(10_000).then(() => (stopped = true));
    expect(begun[0]?.turn.signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(9_999);
    expect([stopped, stops()]).toEqual([false, 0]);
    begun[0]?.end();
    await stopping;
    expect([turns, stops(), runner.joined]).toEqual([[true, false], 1, false]);
  });

  it('leaves the group without a run that does not end in time', async () => {
    const { runner, begun, stops } = await startRunning();
    const stopping = runner.stop(10_000);
    await vi.advanceTimersByTimeAsync(10_000);
    await stopping;
    expect(stops()).toBe(1);
    await expect(begun[0]?.turn.save(Buffer.from('late'))).rejects.toMatchObject({ code: 'turn-over' });
  });

  it('is for good: neither a claim nor the end of a pause begins another run', async () => {
    const { runner, begun, claims, readClaim, rebalance, turns } = await startRunning();
    begun[0]?.fail(new Error('no answer'));
    await settle();
    await runner.stop(1_000);
    readClaim();
    await settle();
    readClaim(null);
    await settle();
    rebalance();
    readClaim();
    await vi.advanceTimersByTimeAsync(600_000);
    expect([begun.length, claims().length, turns]).toEqual([1, 1, [true, false]]);
  });
});
