import { expect, it } from 'vitest';
import type { RawMessage } from '../message.ts';
import { partitionOf } from '../partitionOf.ts';
import { ensureOwnPartition, ensureStateInPlace } from './ownPartition.ts';

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

it('finds an entry of the state that is not where its messages come', () => {
  expect(() => ensureStateInPlace(aRecord(), 12)).not.toThrow();
  const elsewhere = aRecord({ topic: 'state', partition: (own + 1) % 12 });
  expect(() => ensureStateInPlace(elsewhere, 12)).toThrow(
    expect.objectContaining({
      errorClass: 'permanent',
      code: 'state-misplaced',
      message: expect.stringMatching(new RegExp(`state ${(own + 1) % 12}:7 .*partition ${own} of 12`)),
    }),
  );
  // What was deleted is not on record anywhere.
  expect(() => ensureStateInPlace({ ...elsewhere, value: null }, 12)).not.toThrow();
});
