import { describe, expect, it } from 'vitest';
import type { RawMessage } from '../message.ts';
import { partitionOf } from '../partitionOf.ts';
import { createMisplaced, ensureOwnPartition } from './ownPartition.ts';

const own = partitionOf('order-1', 12);
const aRecord = (changes: Partial<RawMessage> = {}): RawMessage => ({
  ...{ topic: 'orders', partition: own, offset: 7n, timestamp: 0, headers: {} },
  ...{ key: 'order-1', value: Buffer.from('{}') },
  ...changes,
});

it('takes a message only in the partition of its key', () => {
  expect(() => ensureOwnPartition(aRecord(), 12)).not.toThrow();
  expect(() => ensureOwnPartition(aRecord({ partition: (own + 1) % 12 }), 12)).toThrow(
    expect.objectContaining({
      errorClass: 'permanent',
      code: 'wrong-partition',
      message: expect.stringMatching(new RegExp(`orders ${(own + 1) % 12}:7 .*partition ${own}`)),
    }),
  );
  expect(() => ensureOwnPartition(aRecord({ value: null, partition: own + 1 }), 12), 'a tombstone').toThrow(
    /partition/,
  );
});

it('takes no message without key, wherever it lies', () => {
  for (let partition = 0; partition < 12; partition++)
    expect(() => ensureOwnPartition(aRecord({ key: null, partition }), 12)).toThrow(
      expect.objectContaining({ errorClass: 'permanent', code: 'key-missing' }),
    );
});

describe('entries of the state that are not where their messages come', () => {
  const state = (key: string, partition: number, offset: bigint, value: Buffer | null = Buffer.from('{}')) =>
    aRecord({ topic: 'state', key, partition, offset, value });
  const elsewhere = (own + 1) % 12;

  it('are told with the first of them', () => {
    const misplaced = createMisplaced(() => 12);
    misplaced.note(state('order-1', own, 6n));
    expect(misplaced.problem()).toBeUndefined();
    misplaced.note(state('order-1', elsewhere, 7n));
    misplaced.note(state('order-1', elsewhere, 8n));
    expect(misplaced.problem()).toMatchObject({
      errorClass: 'permanent',
      code: 'state-misplaced',
      message: expect.stringMatching(
        new RegExp(`^1 entries of state, partition ${elsewhere}, .* 8 of partition ${own} of 12`),
      ),
    });
  });

  it('are none any more once there are tombstones for all of them', () => {
    const misplaced = createMisplaced(() => 12);
    const strays = ['a', 'b', 'c'].filter((key) => partitionOf(key, 12) !== elsewhere);
    expect(strays.length).toBeGreaterThan(1);
    for (const key of strays) misplaced.note(state(key, elsewhere, 1n));
    for (const key of strays) {
      expect(misplaced.problem()?.code).toBe('state-misplaced');
      misplaced.note(state(key, elsewhere, 2n, null));
    }
    expect(misplaced.problem()).toBeUndefined();
    misplaced.note({ ...state('', elsewhere, 3n), key: null });
    expect(misplaced.problem()).toBeUndefined();
  });
});
