import { expect, it } from 'vitest';
import { type FetchedMessage, toRawMessage } from './toRawMessage.ts';

const fetched: FetchedMessage = { offset: '9007199254740993', key: Buffer.from('ö-1'), value: null, timestamp: '17' };

it('keeps offsets beyond 2^53, and says which topic and partition it lay in', () => {
  expect(toRawMessage('orders', 3, fetched)).toEqual({
    topic: 'orders',
    partition: 3,
    offset: 9_007_199_254_740_993n,
    key: 'ö-1',
    value: null,
    headers: {},
    timestamp: 17,
  });
});

it('takes the last of several headers of one name, and none for one without a value', () => {
  const headers = {
    one: Buffer.from('a'),
    text: 'b',
    several: [Buffer.from('c'), Buffer.from('d')],
    none: null,
    endsWithNone: [Buffer.from('e'), null],
    absent: undefined,
  };
  expect(toRawMessage('orders', 0, { ...fetched, headers }).headers).toEqual({ one: 'a', text: 'b', several: 'd' });
});

it('has a null key where the record has none', () => {
  expect(toRawMessage('orders', 0, { ...fetched, key: null }).key).toBeNull();
});
