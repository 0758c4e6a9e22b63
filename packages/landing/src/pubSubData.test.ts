import { expect, test } from 'vitest';
import { pubSubData } from './pubSubData.ts';

const push = (published: string) =>
  Buffer.from(JSON.stringify({ message: { data: Buffer.from(published).toString('base64') }, subscription: 's' }));

test('what was published is in the data of the message, byte for byte', () => {
  expect(pubSubData(push('{"n": 1.0, "t": "ü"}'))?.toString()).toBe('{"n": 1.0, "t": "ü"}');
});

test('what nests too deep to be read is not taken out of its envelope', () => {
  const nesting = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(pubSubData(push(nesting(64)))?.toString()).toBe(nesting(64));
  expect(pubSubData(push(nesting(65)))).toBeUndefined();
});

test.each(['', '{', 'null', '[]', '{"message":{}}', '{"message":{"data":""}}', '{"message":{"data":{}}}'])(
  'what is no push of Pub/Sub has none: %j',
  (body) => {
    expect(pubSubData(Buffer.from(body))).toBeUndefined();
  },
);

test('what is not UTF-8 has none: the sender wrote other bytes than those that would be read', () => {
  const [before, after] = push('{"id":"o-1"}').toString().split('","sub');
  const broken = Buffer.concat([Buffer.from(before ?? ''), Buffer.from([0xff]), Buffer.from(`","sub${after}`)]);
  expect(pubSubData(broken)).toBeUndefined();
});
