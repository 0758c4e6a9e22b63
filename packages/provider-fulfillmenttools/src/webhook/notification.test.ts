import { PipelineError } from '@pipeline/streams';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failureOf, ORDER_ID, vendorOrder } from '../testing/samples.ts';
import { parseNotification } from './notification.ts';
import { notificationIds } from './notificationIds.ts';
import { toReferences } from './references.ts';
import { toCorrelation } from './toCorrelation.ts';

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const envelope = (event: string, payload: unknown, more: object = {}) => ({ event, eventId: 'e1', payload, ...more });

describe('parsing', () => {
  test('gives the envelope and nothing besides', () => {
    const sent = envelope('ORDER_CREATED', vendorOrder(), { extra: 1 });
    expect(parseNotification(bytes(sent))).toEqual(envelope('ORDER_CREATED', vendorOrder()));
    expect(parseNotification(bytes(envelope('PICK_JOB_PICK_LINE_PICKED', {}, { pickJobRef: 'p1' }))).pickJobRef).toBe(
      'p1',
    );
    expect(parseNotification(bytes(envelope('FACILITY_DELETED', 'facility-1'))).payload).toBe('facility-1');
  });

  test.each([
    ['nothing', ''],
    ['no JSON', '{"event":"ada-secret'],
    ['a list', '[]'],
    ['no event', '{"eventId":"1","payload":{}}'],
    ['an empty event', '{"event":"","eventId":"1","payload":{}}'],
    ['no event id', '{"event":"ORDER_CREATED","payload":{"firstName":"ada-secret"}}'],
    ['no payload', '{"event":"ORDER_CREATED","eventId":"1"}'],
    ['a payload of null', '{"event":"ORDER_CREATED","eventId":"1","payload":null}'],
  ])('of %s is a permanent error that quotes nothing', async (_name, sent) => {
    const error = await failureOf(() => parseNotification(bytes(sent)));
    expect(error).toMatchObject({ errorClass: 'permanent', stage: 'deserialize' });
    expect(`${error.message} ${String(error.cause)}`).not.toContain('ada-secret');
  });

  test('of bytes that are not UTF-8 is a permanent error', async () => {
    const sent = Buffer.from([...bytes('{"event":"A","eventId":"'), 0xff, ...bytes('","payload":{}}')]);
    expect(await failureOf(() => parseNotification(sent))).toMatchObject({
      errorClass: 'permanent',
      stage: 'deserialize',
    });
  });
});

describe('the key', () => {
  test.each<[string, unknown, string | null]>([
    ['the process of an order', envelope('ORDER_CREATED', vendorOrder()), 'process-1'],
    [
      'the process reference of a parcel',
      envelope('PARCEL_CARRIER_CREATED', { id: 'p', processRef: 'process-2' }),
      'process-2',
    ],
    ['the process itself', envelope('PROCESS_DELETED', { id: 'process-3' }), 'process-3'],
    [
      'the process of a picking record',
      envelope('PICKING_PICK_JOB_COMPLETE', { header: { processRef: 'process-4' } }),
      'process-4',
    ],
    ['else the tenantOrderId', envelope('REFUND_TRIGGERED', { tenantOrderId: 'A-1', itemReturnRef: 'r' }), 'A-1'],
    [
      'also where the process is empty',
      envelope('HANDOVERJOB_CREATED', { id: 'h', processId: '', tenantOrderId: 'A-1' }),
      'A-1',
    ],
    ['else the entity', envelope('FACILITY_UPDATED', { id: 'f1' }), 'f1'],
    ['a bare id', envelope('FACILITY_DELETED', 'f1'), 'f1'],
    [
      'the pick job of a picked line',
      envelope('PICK_JOB_PICK_LINE_PICKED', { id: 'line' }, { pickJobRef: 'pj' }),
      'pj',
    ],
    ['the item return of a refund', envelope('REFUND_TRIGGERED', { itemReturnRef: 'r' }), 'r'],
    ['nothing, of a list', envelope('INVENTORY_FACILITY_STOCK_CHANGED', [{ id: 'x' }]), null],
    ['what there is without an envelope around it', { payload: { processId: 'process-5' } }, 'process-5'],
    ['nothing, of no JSON', 'not json', null],
    ['nothing, of null', 'null', null],
  ])('is %s', (_name, sent, key) => {
    expect(notificationIds(bytes(sent)).key).toBe(key);
  });
});

describe('correlation', () => {
  const nothing = {
    commerceOrderId: null,
    projectKey: null,
    processId: null,
    tenantOrderId: null,
    providerOrderId: null,
    itemReturnJobRef: null,
    pickJobRef: null,
  };

  test.each<[string, object, object]>([
    [
      'ORDER_CREATED',
      vendorOrder(),
      {
        commerceOrderId: ORDER_ID,
        projectKey: 'shop',
        processId: 'process-1',
        tenantOrderId: 'A-1001',
        providerOrderId: 'fft-1',
      },
    ],
    [
      'ROUTING_PLAN_ROUTED',
      { id: 'r', orderRef: 'fft-1', processId: 'p', pickJobRef: 'pj' },
      { providerOrderId: 'fft-1', processId: 'p', pickJobRef: 'pj' },
    ],
    [
      'PICK_JOB_CREATED',
      { id: 'pj', orderRef: 'fft-1', processId: 'p', customAttributes: { commercetoolsId: ORDER_ID } },
      { commerceOrderId: ORDER_ID, providerOrderId: 'fft-1', processId: 'p', pickJobRef: 'pj' },
    ],
    [
      'HANDOVERJOB_CREATED',
      { id: 'h', tenantOrderId: 'A', processId: 'p', pickJobRef: 'pj' },
      { tenantOrderId: 'A', processId: 'p', pickJobRef: 'pj' },
    ],
    ['PARCEL_CARRIER_CREATED', { id: 'x', processRef: 'p' }, { processId: 'p' }],
    ['ITEM_RETURN_JOB_CREATED', { id: 'irj', processRef: 'p' }, { processId: 'p', itemReturnJobRef: 'irj' }],
    ['REFUND_TRIGGERED', { itemReturnJobRef: 'irj', itemReturnRef: 'r' }, { itemReturnJobRef: 'irj' }],
    ['PROCESS_ANONYMIZED', { id: 'p', orderRef: 'fft-1' }, { processId: 'p', providerOrderId: 'fft-1' }],
    [
      'UPCOMING_TIME_TRIGGERED_REROUTE',
      { processRef: 'p', pickJobData: { pickJobRef: 'pj', tenantOrderId: 'A' } },
      { processId: 'p', pickJobRef: 'pj', tenantOrderId: 'A' },
    ],
    ['EXTERNAL_ACTION_EXECUTED', { externalActionRef: 'x', logId: 'y' }, {}],
  ])('of %s names what the vendor says of it', (event, payload, expected) => {
    expect(toCorrelation({ event, eventId: 'e', payload })).toEqual({ ...nothing, ...expected });
  });

  test('of a picked line takes the job from the envelope, not the id of the line', () => {
    const notification = { event: 'PICK_JOB_PICK_LINE_PICKED', eventId: 'e', payload: { id: 'line' } };
    expect(toCorrelation(notification)).toEqual(nothing);
    expect(toCorrelation({ ...notification, pickJobRef: 'pj' })).toEqual({ ...nothing, pickJobRef: 'pj' });
  });

  test('never takes the order id from a line', () => {
    const line = { customAttributes: { commercetoolsOrderId: ORDER_ID }, quantity: 1 };
    const payload = { id: 'pj', pickLineItems: [line], orderLineItems: [line], facility: line };
    expect(toCorrelation({ event: 'PICK_JOB_CREATED', eventId: 'e', payload }).commerceOrderId).toBeNull();
  });
});

test('whatever lands, the key never throws and parsing fails by a named error only', () => {
  const names = [
    'event',
    'eventId',
    'payload',
    'pickJobRef',
    'id',
    'processId',
    'header',
    'customAttributes',
    '__proto__',
  ];
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, '', 'x', 1, true),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('node'), { maxKeys: 9 }),
    ),
  })).node;
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((json) => bytes(json)),
    tree.map((value) => bytes(JSON.stringify(value))),
    tree.map((payload) => bytes(envelope('PICK_JOB_CREATED', payload))),
  );
  fc.assert(
    fc.property(anyBytes, (sent) => {
      const { key, eventId } = notificationIds(sent);
      expect(key === null || key.length > 0).toBe(true);
      expect(eventId === null || eventId.length > 0).toBe(true);
      try {
        toCorrelation(parseNotification(sent));
      } catch (error) {
        expect(error).toBeInstanceOf(PipelineError);
        expect(error).toMatchObject({ errorClass: 'permanent', stage: 'deserialize' });
      }
    }),
    { numRuns: 1_000 },
  );
});

test('key and event id are those of the whole notification parsed', () => {
  const text = fc.constantFrom('', ' ', 'a', 'b');
  const names = ['id', 'processId', 'processRef', 'tenantOrderId', 'itemReturnRef', 'externalActionRef', 'x'] as const;
  const payload = fc.oneof(
    text,
    fc.array(text, { maxLength: 2 }),
    fc
      .dictionary(fc.constantFrom(...names), fc.oneof(text, fc.constantFrom(null, 1, {})), { maxKeys: 6 })
      .chain((own) =>
        fc
          .record(
            {
              header: fc.oneof(text, fc.dictionary(fc.constantFrom('processRef', 'tenantOrderId', 'jobRef'), text)),
              pickJobData: fc.oneof(
                fc.constant([]),
                fc.dictionary(fc.constantFrom('tenantOrderId', 'pickJobRef'), text),
              ),
            },
            { requiredKeys: [] },
          )
          .map((nested) => ({ ...own, ...nested })),
      ),
  );
  const sent = fc.record(
    { event: fc.constantFrom('PROCESS_DELETED', 'ORDER_CREATED', 7), eventId: text, pickJobRef: text, payload },
    { requiredKeys: ['payload'] },
  );
  fc.assert(
    fc.property(sent, ({ event, eventId, pickJobRef, payload: content }) => {
      const { processId, tenantOrderId, entityId } = toReferences({
        payload: content,
        ...(typeof event === 'string' && { event }),
        ...(pickJobRef !== undefined && { pickJobRef }),
      });
      expect(notificationIds(bytes({ event, eventId, pickJobRef, payload: content }))).toEqual({
        key: processId ?? tenantOrderId ?? entityId,
        eventId: eventId?.trim() ? eventId : null,
      });
    }),
    { numRuns: 1_000 },
  );
});

test('JSON without end has no key', () => {
  const deep = (levels: number) => `{"payload":{"id":"a","x":${'['.repeat(levels)}${']'.repeat(levels)}}}`;
  expect(notificationIds(bytes(deep(62))).key).toBe('a');
  expect(notificationIds(bytes(deep(63))).key).toBeNull();
  expect(notificationIds(bytes(deep(500_000))).key).toBeNull();
});
