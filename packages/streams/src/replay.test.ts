import fc from 'fast-check';
import { expect, test } from 'vitest';
import { replayHeaders, replayOriginOf } from './replay.ts';

const message = { headers: { origin: 'live', traceparent: '00-a-b-01' }, offset: 7n, timestamp: 1_700_000_000_000 };

test('a replayed message says so, keeps its trace, and knows where and when it lay', () => {
  expect(replayHeaders(message, 'R1')).toEqual({
    origin: 'replay',
    traceparent: '00-a-b-01',
    'replay-id': 'R1',
    'replay.original-offset': '7',
    'replay.original-timestamp': '1700000000000',
  });
});

test('a replay of what was redriven asks for no other attempt', () => {
  const redriven = { ...message, headers: { origin: 'redrive', 'redrive-id': 'X', 'dlq.replay-count': '1' } };
  expect(replayHeaders(redriven, 'R1')).not.toHaveProperty('redrive-id');
  expect(redriven.headers).toHaveProperty('redrive-id');
});

test('where it lay is read back, whatever headers it had', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.string()),
      fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
      (headers, offset) => {
        const made = replayHeaders({ headers, offset, timestamp: 5 }, 'R1');
        expect(replayOriginOf(made)).toEqual({ replayId: 'R1', offset, timestamp: 5 });
      },
    ),
  );
});

test.each([
  [{}],
  [{ 'replay-id': 'R1' }],
  [{ 'replay-id': 'R1', 'replay.original-offset': '-1', 'replay.original-timestamp': '5' }],
  [{ 'replay-id': 'R1', 'replay.original-offset': '1', 'replay.original-timestamp': 'x' }],
])('headers %j are none of a replay', (headers) => {
  expect(replayOriginOf(headers)).toBeUndefined();
});
