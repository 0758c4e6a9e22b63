import { PipelineError } from '@pipeline/streams';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { parsePush } from './parsePush.ts';
import { toNotification } from './notification.ts';
import { splitPush } from './splitPush.ts';
import { unwrap } from './unwrap.ts';

const notification = (id: string, order = `order-${id}`) => ({
  notificationType: 'Message',
  id,
  projectKey: 'shop',
  resource: { typeId: 'order', id: order },
  resourceVersion: 5,
  type: 'OrderStateChanged',
  orderState: 'Confirmed',
});
const cloudEvent = (data: unknown) => ({ specversion: '1.0', id: 'x', type: 't', source: '/shop/orders', data });
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const base64 = (value: unknown) => bytes(value).toString('base64');

/** Every way in which a value can be put into an envelope. */
const envelopes: readonly ((inner: unknown) => unknown)[] = [
  (inner) => ({ message: { data: base64(inner), messageId: '1' }, subscription: 's' }),
  (inner) => cloudEvent(inner),
  (inner) => ({ specversion: '1.0', data_base64: base64(inner) }),
  (inner) => ({ version: '0', 'detail-type': 'OrderStateChanged', detail: inner }),
  (inner) => ({ Type: 'Notification', Message: JSON.stringify(inner) }),
  (inner) => ({ eventType: 'x', subject: 's', data: inner }),
  (inner) => [inner],
];

/** Members that envelopes and notifications have, with anything in them. */
const lookalike = fc.dictionary(
  fc.constantFrom(
    'message',
    'data',
    'specversion',
    'detail-type',
    'detail',
    'Type',
    'Message',
    'eventType',
    '__proto__',
    'notificationType',
    'resource',
    'id',
    'constructor',
    'data_base64',
  ),
  fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constant({ data: 'e30=' }),
    fc.constant('{"notificationType":{}}'),
    fc.constant('e30='),
  ),
);

describe('a push of one notification', () => {
  test('is one part with its bytes, in any envelope in any other', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(envelopes.length - 1), { maxLength: 3 }), (which) => {
        const push = which.reduce<unknown>((inner, at) => envelopes[at]?.(inner), notification('a'));
        const sent = bytes(push);
        const parts = splitPush(sent);
        expect(parts.map(({ key, id }) => [key, id])).toEqual([['order-a', 'a']]);
        expect(parsePush(parts[0]?.value ?? Buffer.alloc(0))).toMatchObject({ id: 'a', resourceVersion: 5 });
        if (!Array.isArray(push)) expect(parts[0]?.value).toBe(sent);
      }),
    );
  });

  test('in a body of SQS that came through SNS is found, as CloudEvent too', () => {
    const sqs = { Type: 'Notification', MessageId: '1', Message: JSON.stringify(cloudEvent(notification('a'))) };
    expect(splitPush(bytes(sqs))).toMatchObject([{ key: 'order-a', id: 'a' }]);
  });

  test('of commercetools Connect is found: only the data counts', () => {
    expect(splitPush(bytes({ message: { data: base64(notification('a')) } }))).toMatchObject([{ key: 'order-a' }]);
  });
});

describe('a batch', () => {
  test('falls into parts under the keys of their own orders', () => {
    const parts = splitPush(bytes([cloudEvent(notification('a')), { odd: true }, 7, cloudEvent(notification('b'))]));
    expect(parts.map(({ key, id }) => [key, id])).toEqual([
      ['order-a', 'a'],
      [null, null],
      [null, null],
      ['order-b', 'b'],
    ]);
    expect(parsePush(parts[3]?.value ?? Buffer.alloc(0)).id).toBe('b');
    expect(() => parsePush(parts[1]?.value ?? Buffer.alloc(0))).toThrow(PipelineError);
  });

  test('keeps the bytes of the sender: numbers, escapes and blanks are not written anew', () => {
    const parts = splitPush(Buffer.from('[ {"n":1.0,"big":12345678901234567890} ,{"t":"a\\u00fc]\\",[{"}\n]'));
    expect(parts.map(({ value }) => value.toString().trim())).toEqual([
      '{"n":1.0,"big":12345678901234567890}',
      '{"t":"a\\u00fc]\\",[{"}',
    ]);
  });

  test('of any content falls into what JSON.parse finds in it', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 4 })), fc.constantFrom(undefined, 1, '\t'), (values, indent) => {
        const parts = splitPush(Buffer.from(JSON.stringify(values, null, indent)));
        expect(parts.map(({ value }) => JSON.parse(value.toString()) as unknown)).toEqual(
          JSON.parse(JSON.stringify(values)),
        );
      }),
    );
  });

  test('of nothing has no parts', () => {
    expect(splitPush(Buffer.from(' [ \n ] '))).toEqual([]);
  });

  const ofLength = (length: number) => Buffer.from(`[${Array.from({ length }, () => '1').join()}]`);

  test('of more than 2,000 is kept whole, and the dead letter says so', () => {
    expect(splitPush(ofLength(2_000))).toHaveLength(2_000);
    const sent = ofLength(2_001);
    expect(splitPush(sent)).toEqual([{ key: null, value: sent, id: null }]);
    expect(() => parsePush(sent)).toThrow(
      expect.objectContaining({ code: 'malformed-notification', message: expect.stringMatching(/batch of 2001/) }),
    );
  });
});

describe('a push of two minds', () => {
  const sns = { Type: 'Notification', Message: JSON.stringify(notification('signed')) };
  const data = base64(notification('forged'));

  test.each([
    ['a notification beside', { ...sns, ...notification('forged') }],
    ['data of Pub/Sub beside', { ...sns, message: { data } }],
    ['a CloudEvent beside', { ...sns, specversion: '1.0', data: notification('forged') }],
    ['packed data of a CloudEvent beside', { ...sns, specversion: '1.0', data_base64: data }],
    ['an event of EventBridge beside', { ...sns, 'detail-type': 'x', detail: notification('forged') }],
    ['an event of Event Grid beside', { ...sns, eventType: 'x', data: notification('forged') }],
    ['a notification beside a list', { ...sns, Message: [], ...notification('forged') }],
    ['a notification in a CloudEvent', { ...notification('a'), specversion: '1.0', data: notification('forged') }],
    ['a notification in Pub/Sub', { ...notification('a'), message: { data } }],
  ])('is refused: %s', (_how, mixed) => {
    const envelopes = [mixed, [mixed], { specversion: '1.0', data: mixed }, { message: { data: base64(mixed) } }];
    for (const push of envelopes) {
      expect(() => parsePush(bytes(push))).toThrow(
        expect.objectContaining({ code: 'malformed-notification', message: expect.stringMatching(/more than one/) }),
      );
      expect(splitPush(bytes(push)).map(({ key, id }) => [key, id])).toEqual([[null, null]]);
    }
  });

  test('of SNS is only what its message says, whatever other names there are', () => {
    const push = bytes({
      ...sns,
      MessageId: '1',
      Subject: 's',
      MessageAttributes: {},
      id: 'x',
      resource: {},
      type: 't',
    });
    expect(parsePush(push)).toMatchObject({ id: 'signed' });
    expect(() => parsePush(bytes({ Type: 'Notification', Message: notification('a') }))).toThrow(PipelineError);
  });
});

describe('what is none', () => {
  test.each([
    ['brackets', '['.repeat(200_000) + ']'.repeat(200_000)],
    ['objects', '{"a":'.repeat(200_000) + '1' + '}'.repeat(200_000)],
    ['an order', JSON.stringify({ ...notification('a'), order: JSON.parse('['.repeat(200) + ']'.repeat(200)) })],
    ['Pub/Sub', JSON.stringify({ message: { data: base64('['.repeat(200_000) + ']'.repeat(200_000)) } })],
    ['SNS', JSON.stringify({ Type: 'Notification', Message: '['.repeat(200_000) + ']'.repeat(200_000) })],
  ])('nesting without end in %s is refused with that reason, and breaks nothing', (_where, text) => {
    const parse = vi.spyOn(JSON, 'parse');
    expect(() => parsePush(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'malformed-notification', message: expect.stringMatching(/nests deeper/) }),
    );
    const sent = Buffer.from(text);
    try {
      expect(splitPush(sent)).toEqual([{ key: null, value: sent, id: null }]);
    } catch (error) {
      // It is then kept whole.
      expect(error).toMatchObject({ code: 'malformed-notification' });
    }
    // Parsing it takes a second, which is why it is counted first.
    expect(parse.mock.calls.filter(([each]) => each.startsWith('[[') || each.startsWith('{"a":{'))).toEqual([]);
    parse.mockRestore();
  });

  const anything = fc.oneof(
    fc.uint8Array().map((each) => Buffer.from(each)),
    fc.string().map(bytes),
    fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value))),
    lookalike.map(bytes),
    fc.array(lookalike).map(bytes),
  );

  test('throws nothing but a permanent error of the pipeline, whatever it is', () => {
    fc.assert(
      fc.property(anything, (push) => {
        try {
          parsePush(push);
        } catch (error) {
          expect(error).toBeInstanceOf(PipelineError);
          expect(error).toMatchObject({ errorClass: 'permanent', stage: 'deserialize' });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('gives parts that are together no more than it was, or nothing', () => {
    fc.assert(
      fc.property(anything, (push) => {
        let parts: ReturnType<typeof splitPush>;
        try {
          parts = splitPush(push);
        } catch {
          return;
        }
        for (const { key, id } of parts) {
          expect(key === null || typeof key === 'string').toBe(true);
          expect(id === null || typeof id === 'string').toBe(true);
        }
        expect(parts.reduce((sum, { value }) => sum + value.length, 0)).toBeLessThanOrEqual(push.length);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('key and id', () => {
  test('are those of the whole push parsed, whatever it is and however it is written', () => {
    const spelled = (text: string) => text.replaceAll('"id"', '"\\u0069d"').replaceAll(':', ' : ');
    const push = fc
      .tuple(fc.array(fc.nat(envelopes.length - 1), { maxLength: 6 }), lookalike, fc.boolean())
      .map(([which, inner, odd]) => {
        const text = JSON.stringify(which.reduce<unknown>((value, at) => envelopes[at]?.(value), inner));
        return Buffer.from(odd ? spelled(text) : text);
      });
    fc.assert(
      fc.property(push, (sent) => {
        let expected: unknown;
        try {
          const value: unknown = JSON.parse(sent.toString());
          if (Array.isArray(value)) return;
          const found = toNotification(unwrap(sent));
          expected = [found?.resource?.id ?? null, found?.id ?? null];
        } catch {
          expected = [null, null];
        }
        expect(splitPush(sent).map(({ key, id }) => [key, id])).toEqual([expected]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('of JSON without end are not looked for', () => {
    const deep = (levels: number) => Buffer.from(`{"id":"a","x":${'['.repeat(levels)}${']'.repeat(levels)}}`);
    expect(() => splitPush(deep(500_000))).toThrow('nests deeper');
    expect(splitPush(deep(63))).toHaveLength(1);
  });
});
