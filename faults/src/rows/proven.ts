/** Rows that tests beside the source prove: with an injected clock, or one part against the real broker. */
import { defineRow, type TestRow } from '../row.ts';

const placeOrder = 'services/order-router/src/handlers/placeOrder.test.ts';
const fftHttp = 'packages/provider-fulfillmenttools/src/http';
const fftTokens = 'packages/provider-fulfillmenttools/src/tokenSource.test.ts';
const streams = 'packages/streams/src';
const processorChecks = `${streams}/kafka/processorChecks.int.test.ts`;

const rows: readonly TestRow[] = [
  {
    row: 28,
    title: '429 with Retry-After: seconds, a date, a day, garbage → waited for, capped, nothing comes back early',
    level: 'unit',
    invariants: ['I8'],
    tests: [
      { file: `${streams}/retryAfter.test.ts`, name: 'is between nothing and five minutes, or nothing readable' },
      { file: `${streams}/retryPolicy.test.ts`, name: 'never comes back before Retry-After and spreads those who do' },
      { file: `${streams}/retryPolicy.test.ts`, name: 'does not let a server stop us for more than 15 minutes' },
      { file: `${streams}/retryPolicy.test.ts`, name: 'within its bounds for any attempt and any Retry-After' },
      { file: `${streams}/keyedRunner.test.ts`, name: 'lets others flow while a key waits for its next try' },
    ],
  },
  {
    row: 29,
    title: '429 without a header while the vendor scales up → the rate goes down, then up again',
    level: 'unit',
    invariants: ['I8'],
    tests: [
      { file: `${streams}/rateLimiter.test.ts`, name: 'slow it down, and it recovers while there are none' },
      { file: `${fftHttp}/clientBreaker.test.ts`, name: 'after an answer of 429 the vendor is called less often' },
    ],
  },
  {
    row: 31,
    title: 'fulfillmenttools answers 500 for two hours → the breaker is open, nothing is parked, one warning',
    level: 'unit',
    invariants: ['I1', 'I11'],
    tests: [
      { file: `${streams}/parking.test.ts`, name: 'an outage gives up nothing, however long it lasts' },
      { file: `${streams}/parking.test.ts`, name: 'lets nothing through does not count' },
      { file: `${streams}/breaker.test.ts`, name: 'doubles its time with each failed probe up to the cap' },
      { file: 'packages/service-kit/src/stream/breakerLog.test.ts', name: 'an outage is one warning and one line' },
    ],
  },
  {
    row: 34,
    title: '401 in the middle of a run, the refresh token is revoked → one refresh, then a sign-in, one more try',
    level: 'unit',
    invariants: ['I8'],
    tests: [
      { file: `${fftHttp}/client.test.ts`, name: 'costs one new token and one retry, also for a write' },
      { file: fftTokens, name: 'is followed by a sign-in' },
      { file: fftTokens, name: 'makes the next caller get a new token' },
    ],
  },
  {
    row: 35,
    title: 'a token expires with many calls in flight → exactly one token call',
    level: 'unit',
    invariants: ['I8'],
    tests: [
      { file: `${fftHttp}/client.test.ts`, name: 'fifty calls that all meet a 401 share one new token' },
      { file: fftTokens, name: 'of an expired token is awaited and shared' },
      {
        file: 'packages/platform-commercetools/src/client.test.ts',
        name: 'a token that is no longer accepted is replaced once, for all calls in flight',
      },
    ],
  },
  {
    row: 38,
    title: 'the tenantOrderId is there already → adopted when it is ours, else a dead letter that says whose it is',
    level: 'unit',
    invariants: ['I2'],
    tests: [
      { file: placeOrder, name: 'that was refused because ours is there is adopted' },
      { file: placeOrder, name: 'because of an order of another owner is a clash' },
    ],
  },
  {
    row: 39,
    title: 'the earlier order is cancelled or obsolete at fulfillmenttools → a replay makes no second one',
    level: 'unit',
    invariants: ['I2'],
    tests: [
      { file: placeOrder, name: 'makes no call when it is replayed' },
      { file: placeOrder, name: 'and confirmed again needs somebody to look' },
      { file: placeOrder, name: 'searches before the first request and adopts what is there in any status' },
    ],
  },
  {
    row: 43,
    title: 'the order was deleted in commercetools → recorded as gone, cancelled only where somebody deleted it',
    level: 'unit',
    invariants: ['I1'],
    tests: [
      { file: placeOrder, name: 'that was deleted meanwhile is skipped, not failed' },
      { file: placeOrder, name: 'is cancelled; when that is refused it is gone, without an alert' },
      { file: placeOrder, name: 'that is only not found changes nothing at the provider' },
      { file: placeOrder, name: 'with data erasure is erased also when its cancel was given up' },
    ],
  },
  {
    row: 44,
    title: 'the order number is set later → the same tenantOrderId as at the first attempt',
    level: 'unit',
    invariants: ['I2'],
    tests: [
      { file: placeOrder, name: 'keeps the tenantOrderId of its first attempt when it gets an order number later' },
    ],
  },
  {
    row: 49,
    title: 'a commit is rejected: the member was late → what it had is dropped there and done here, nobody crashes',
    level: 'int',
    invariants: ['I2'],
    tests: [
      {
        file: `${streams}/kafka/processorMembers.int.test.ts`,
        name: 'does nothing again of which commits are refused, as of an earlier generation or in a rebalance',
      },
      {
        file: `${streams}/kafka/processorMembers.int.test.ts`,
        name: 'works on after it was stopped for longer than its session and another member took over',
      },
      {
        file: `${streams}/kafka/processorMembers.int.test.ts`,
        name: 'owns a partition again that a late member of its own group fenced',
      },
    ],
  },
  {
    row: 57,
    title: 'one order with a thousand events among many → in order, the others are not held up',
    level: 'int',
    invariants: ['I7'],
    tests: [
      {
        file: `${streams}/kafka/processor.int.test.ts`,
        name: 'handles a key with a thousand messages in order, and no other key waits for it',
      },
      {
        file: `${streams}/kafka/processor.int.test.ts`,
        name: 'does not let one stuck key hold the others',
      },
    ],
  },
  {
    row: 58,
    title: 'one order fails for long at the head of its partition → others pass, its offset is not lost',
    level: 'int',
    invariants: ['I5', 'I1'],
    tests: [
      {
        file: `${streams}/kafka/processor.int.test.ts`,
        name: 'does not let one stuck key hold the others, commits nothing past it, and does none of them again',
      },
    ],
  },
  {
    row: 59,
    title: 'the topic no longer reaches the commit → said loudly, reading goes on with what is left, never at the end',
    level: 'int',
    invariants: ['I1', 'I11'],
    tests: [{ file: processorChecks, name: 'says what was deleted before it was read, and goes on with what is left' }],
  },
  {
    row: 60,
    title:
      'partitions are added while it is read → nothing is handled while counts differ; added to all topics: no order is made anew, also after a restart',
    level: 'int',
    invariants: ['I2', 'I7'],
    tests: [
      { file: processorChecks, name: 'opens no further partition after partitions were added while it ran' },
      { file: processorChecks, name: 'handles nothing with a state that was copied otherwise than by key' },
      { file: processorChecks, name: 'refuses to join while partition counts differ, and names the way out' },
      {
        file: processorChecks,
        name: 'makes nothing anew of keys that lie elsewhere since partitions were added to all',
      },
    ],
  },
];

export const proven = rows.map((row) => defineRow(row));
