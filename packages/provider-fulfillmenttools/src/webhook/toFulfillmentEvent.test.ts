import { PipelineError } from '@pipeline/streams';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failureOf, ORDER_ID, vendorOrder } from '../testing/samples.ts';
import { type EventContext, mappedEvents, toFulfillmentEvent } from './toFulfillmentEvent.ts';
import type { UnknownValue } from './vendorEnum.ts';

const RECEIVED = Date.UTC(2026, 5, 1);
const CREATED = '2026-05-01T10:00:00.000Z';
const MODIFIED = '2026-05-02T10:00:00.000Z';
const context: EventContext = {
  orderId: ORDER_ID,
  projectKey: 'shop',
  instance: 'default',
  processId: null,
  receivedAt: RECEIVED,
};
const map = (event: string, payload: unknown, over: Partial<EventContext> = {}) =>
  toFulfillmentEvent({ event, eventId: 'e1', payload }, { ...context, ...over });
const article = (tenantArticleId: string) => ({ article: { tenantArticleId, title: tenantArticleId } });

const pickJob = (over: object = {}) => ({
  id: 'pj-1',
  version: 5,
  created: CREATED,
  lastModified: MODIFIED,
  status: 'IN_PROGRESS',
  shortId: 'S1',
  facilityRef: 'f1',
  orderRef: 'fft-1',
  processId: 'process-1',
  tenantOrderId: 'A-1001',
  routingPlanRef: 'rp-1',
  deliveryinformation: { channel: 'SHIPPING' },
  pickLineItems: [{ id: 'l1', quantity: 3, picked: 1, ...article('SKU-1') }],
  ...over,
});
const handoverJob = (over: object = {}) => ({
  id: 'h-1',
  version: 2,
  created: CREATED,
  status: 'OPEN',
  channel: 'COLLECT',
  facilityRef: 'f1',
  pickJobRef: 'pj-1',
  orderDate: CREATED,
  processId: 'process-1',
  ...over,
});

test('an event carries where it comes from and what it is about', () => {
  expect(map('PICK_JOB_CREATED', pickJob(), { loadUnitsAmount: 2 })).toEqual({
    type: 'PickJobChanged',
    provider: 'fulfillmenttools',
    instance: 'default',
    projectKey: 'shop',
    orderId: ORDER_ID,
    processId: 'process-1',
    providerOrderId: 'fft-1',
    tenantOrderId: 'A-1001',
    eventId: 'e1',
    cause: 'PICK_JOB_CREATED',
    occurredAt: Date.parse(MODIFIED),
    receivedAt: RECEIVED,
    order: null,
    routingPlan: null,
    handoverJob: null,
    parcel: null,
    return: null,
    refund: null,
    shipment: null,
    packJob: null,
    pickJob: {
      id: 'pj-1',
      version: 5,
      status: 'IN_PROGRESS',
      channel: 'DELIVERY',
      shortId: 'S1',
      facilityId: 'f1',
      createdAt: Date.parse(CREATED),
      internal: false,
      routingPlanId: 'rp-1',
      loadUnitsAmount: 2,
      lines: [{ articleId: 'SKU-1', quantity: 3, picked: 1 }],
    },
  });
});

test('the process that is known from elsewhere comes first', () => {
  expect(map('REFUND_TRIGGERED', { itemReturnRef: 'r', created: CREATED }, { processId: 'p9' })?.processId).toBe('p9');
  expect(map('ORDER_CREATED', vendorOrder(), { processId: 'p9' })?.processId).toBe('p9');
});

test('an entity without times gets those of the arrival', () => {
  const event = map('PICK_JOB_CREATED', { id: 'x', version: 1 });
  expect(event?.occurredAt).toBe(RECEIVED);
  expect(event?.pickJob?.createdAt).toBe(RECEIVED);
});

test('a job without a creation time is as old as its order', () => {
  const event = map('PICK_JOB_CREATED', pickJob({ created: undefined, orderDate: CREATED }));
  expect(event?.pickJob?.createdAt).toBe(Date.parse(CREATED));
});

describe('an order', () => {
  test.each([
    ['ORDER_CREATED', 'OPEN', 'NONE'],
    ['ORDER_MODIFIED', 'OPEN', 'NONE'],
    ['ORDER_UNLOCKED', 'OPEN', 'NONE'],
    ['ORDER_MODIFIED', 'CANCELLED', 'CANCELLED'],
    ['ORDER_CANCELLED', 'CANCELLED', 'CANCELLED'],
    ['ORDER_FORCE_CANCELLED', 'CANCELLED', 'FORCE_CANCELLED'],
    ['ORDER_CANCELLED_BY_EXPIRY', 'OBSOLETE', 'EXPIRED'],
  ])('of %s with status %s has cancellation %s', (event, status, cancellation) => {
    expect(map(event, vendorOrder({ status }))?.order).toMatchObject({ id: 'fft-1', version: 3, status, cancellation });
  });

  test('says why it was cancelled and what was ordered', () => {
    const payload = vendorOrder({ status: 'CANCELLED', cancelationReason: { id: 'x', reason: 'Too late' } });
    expect(map('ORDER_CANCELLED', payload)?.order).toMatchObject({
      cancelReason: 'Too late',
      lines: [{ articleId: 'SKU-1', quantity: 2 }],
    });
  });
});

describe('a routing plan', () => {
  const plan = (over: object) => ({
    id: 'rp-1',
    version: 1,
    orderRef: 'fft-1',
    orderLineItems: [{ quantity: 2, ...article('SKU-1') }],
    ...over,
  });

  test.each([
    ['ROUTING_PLAN_ROUTED', 'ROUTED', 'ROUTED'],
    ['ROUTING_PLAN_WAITING', 'WAITING', 'WAITING'],
    ['ROUTING_PLAN_NOT_ROUTABLE', 'NOT_ROUTABLE', 'NOT_ROUTABLE'],
    ['ROUTING_PLAN_FALLBACK', 'FALLBACK_ROUTING', 'FALLBACK'],
    ['ROUTING_PLAN_SPLITTED', 'ROUTED', 'SPLIT'],
    ['ROUTING_PLAN_CANCELLED', 'CANCELED', 'CANCELED'],
    ['ROUTING_PLAN_REROUTEPLAN_CREATED', 'INITIAL', 'ROUTED'],
    ['ROUTING_PLAN_ROUTED', 'REROUTED', 'OBSOLETE'],
    ['ROUTING_PLAN_ROUTED', 'DREAMING', 'UNKNOWN'],
  ])('of %s with status %s is %s', (event, status, expected) => {
    const mapped = map(event, plan({ status, parentRoutingPlanRef: 'rp-0', facilityRef: 'f1', pickJobRef: 'pj-1' }));
    expect(mapped?.routingPlan).toEqual({
      id: 'rp-1',
      version: 1,
      status: expected,
      facilityId: 'f1',
      pickJobId: 'pj-1',
      parentId: 'rp-0',
      lines: [{ articleId: 'SKU-1', quantity: 2 }],
    });
  });

  test.each(['IN_PREPARATION', 'PRIORITIZED', 'ROUTING', 'PROPOSED', 'PLANNED', 'RETRYABLE', 'LOCKED', 'PROMISED'])(
    'that is being made (%s) is on its way: nobody has to look at it',
    (status) => {
      expect(map('ROUTING_PLAN_ROUTED', plan({ status }))?.routingPlan?.status).toBe('ROUTED');
    },
  );

  test('of a reroute follows the plan before it, where it names no parent', () => {
    const reroute = { status: 'INITIAL', predecessorRerouteRoutingPlanRefs: ['rp-0'] };
    const parentOf = (over: object) => map('ROUTING_PLAN_REROUTEPLAN_CREATED', plan(over))?.routingPlan?.parentId;
    expect(parentOf(reroute)).toBe('rp-0');
    expect(parentOf({ ...reroute, parentRoutingPlanRef: 'rp-9' })).toBe('rp-9');
    expect(parentOf({ ...reroute, predecessorRerouteRoutingPlanRefs: [] })).toBeNull();
    expect(parentOf({ ...reroute, predecessorRerouteRoutingPlanRefs: 'rp-0' })).toBeNull();
  });

  test('of a leg between two facilities says nothing about the order', () => {
    const transfers = [{ transferId: 't', transferType: 'SUPPLIER' }];
    expect(map('ROUTING_PLAN_ROUTED', plan({ transfers }))).toBeUndefined();
    expect(
      map('ROUTING_PLAN_ROUTED', plan({ transfers: [{ transferId: 't', transferType: 'RECEIVER' }] })),
    ).toBeDefined();
  });
});

describe('a pick job', () => {
  const linesOf = (...pickLineItems: object[]) => map('PICK_JOB_CREATED', pickJob({ pickLineItems }))?.pickJob?.lines;

  test('counts substitutes for their original, never past what the line asks for', () => {
    const line = { quantity: 3, picked: 1, ...article('SKU-1') };
    const substitute = (picked: number) => ({
      ...line,
      substituteLineItems: [{ picked, quantity: 9, ...article('SUB') }],
    });
    expect(linesOf(substitute(1))).toEqual([{ articleId: 'SKU-1', quantity: 3, picked: 2 }]);
    expect(linesOf(substitute(8))).toEqual([{ articleId: 'SKU-1', quantity: 3, picked: 3 }]);
    expect(linesOf({ ...line, picked: 5, substituteLineItems: [] })).toEqual([
      { articleId: 'SKU-1', quantity: 3, picked: 5 },
    ]);
  });

  test('adds up lines of the same article', () => {
    const line = { quantity: 1, picked: 1, ...article('SKU-1') };
    expect(linesOf(line, { quantity: 2, ...article('SKU-2') }, line)).toEqual([
      { articleId: 'SKU-1', quantity: 2, picked: 2 },
      { articleId: 'SKU-2', quantity: 2, picked: 0 },
    ]);
  });

  test('is internal as the sending side of a transfer only', () => {
    const internal = (transfers: unknown) => map('PICK_JOB_CREATED', pickJob({ transfers }))?.pickJob?.internal;
    expect(
      internal([
        { id: 't', type: 'RECEIVER' },
        { id: 'u', type: 'SUPPLIER' },
      ]),
    ).toBe(true);
    expect(internal([{ id: 't', type: 'RECEIVER' }])).toBe(false);
    expect(internal('SUPPLIER')).toBe(false);
  });

  test.each([
    ['COLLECT', 'COLLECT'],
    ['SHIPPING', 'DELIVERY'],
    ['DRONE', 'UNKNOWN'],
  ])('for channel %s is %s', (channel, expected) => {
    expect(map('PICK_JOB_CREATED', pickJob({ deliveryinformation: { channel } }))?.pickJob?.channel).toBe(expected);
  });
});

describe('a handover job', () => {
  test('carries its parcel, in the old place too', () => {
    const parcel = { shipmentRef: 's', parcelRef: 'p', carrierTrackingNumber: 't', carrierKey: 'DHL' };
    const mapped = { shipmentId: 's', parcelId: 'p', trackingNumber: 't', carrierKey: 'DHL' };
    expect(map('HANDOVERJOB_CREATED', handoverJob({ handoverJobParcelInfo: parcel }))?.handoverJob).toMatchObject(
      mapped,
    );
    expect(map('HANDOVERJOB_CREATED', handoverJob(parcel))?.handoverJob).toMatchObject(mapped);
  });

  test('counts what was handed over and refused, substitutes for their original', () => {
    const handoverJobLineItems = [
      {
        quantity: 5,
        handedOverQuantity: 1,
        refused: [{ quantity: 1 }, { quantity: 1 }],
        ...article('SKU-1'),
        substituteLineItems: [{ quantity: 2, handedOverQuantity: 1, refused: [{ quantity: 1 }], ...article('SUB') }],
      },
    ];
    const job = handoverJob({ status: 'CANCELED', cancelReason: 'CONSUMER_REJECTS', handoverJobLineItems });
    expect(map('HANDOVERJOB_CANCELED', job)?.handoverJob).toMatchObject({
      status: 'CANCELED',
      channel: 'COLLECT',
      cancelReason: 'CONSUMER_REJECTS',
      lines: [{ articleId: 'SKU-1', quantity: 5, handedOver: 2, refused: 3 }],
    });
  });

  test('that is reverted is open again by its own status', () => {
    expect(map('HANDOVERJOB_REVERTED', handoverJob())?.handoverJob?.status).toBe('OPEN');
  });
});

test('a parcel carries its tracking, the carrier state in lower case', () => {
  const result = { carrierTrackingNumber: 'T1', trackingUrl: 'https://example.com/T1', trackingStatus: 'DELIVERED' };
  const payload = { id: 'p', version: 1, processRef: 'process-1', status: 'DONE', shipmentRef: 's', result };
  const event = map('PARCEL_TRACK_AND_TRACE_STATUS_UPDATED', payload);
  expect(event).toMatchObject({ type: 'ParcelChanged', processId: 'process-1' });
  expect(event?.parcel).toEqual({
    id: 'p',
    version: 1,
    status: 'DONE',
    shipmentId: 's',
    pickJobId: null,
    carrierKey: null,
    trackingNumber: 'T1',
    trackingUrl: 'https://example.com/T1',
    trackingStatus: 'delivered',
  });
  expect(map('PARCEL_CARRIER_CREATED', { ...payload, transfers: [{ id: 't', type: 'SUPPLIER' }] })).toBeUndefined();
});

test('a return counts its pieces by item return and article, without the void ones', () => {
  const piece = (tenantArticleId: string, status = 'OPEN') => ({ id: 'i', tenantArticleId, status });
  const event = map('ITEM_RETURN_JOB_UPDATED', {
    id: 'irj',
    version: 7,
    status: 'IN_PROGRESS',
    itemReturns: [
      {
        id: 'r1',
        returnFacilityRef: 'f1',
        status: 'OPEN',
        returnedLineItems: [piece('a'), piece('b', 'REJECTED'), piece('a', 'ACCEPTED'), piece('a', 'CANCELED')],
      },
      { id: 'r2', returnFacilityRef: 'f1', status: 'CANCELED', returnedLineItems: [piece('a')] },
      { id: 'r3', status: 'FINISHED', returnedLineItems: [piece('a')] },
    ],
  });
  expect(event?.return).toEqual({
    id: 'irj',
    version: 7,
    status: 'IN_PROGRESS',
    items: [
      { returnId: 'r1', articleId: 'a', quantity: 2, facilityId: 'f1', accepted: 1 },
      { returnId: 'r1', articleId: 'b', quantity: 1, facilityId: 'f1', accepted: 0 },
      { returnId: 'r3', articleId: 'a', quantity: 1, facilityId: null, accepted: 0 },
    ],
  });
});

test('a shipment leads from its parcels to the pick job', () => {
  const payload = { id: 's-1', version: 3, status: 'CONFIRMED', pickJobRef: 'pj-1', carrierKey: 'DHL_V2' };
  const parcels = [
    { parcelRef: 'p-1', status: 'DONE', carrierTrackingNumber: '4711', carrierRef: 'c' },
    { parcelRef: 'p-2', status: 'DREAMING' },
    { status: 'DONE' },
  ];
  expect(map('SHIPMENT_UPDATED', { ...payload, parcels, processId: 'process-1' })).toMatchObject({
    type: 'ShipmentChanged',
    processId: 'process-1',
    shipment: {
      ...{ id: 's-1', version: 3, status: 'CONFIRMED', pickJobId: 'pj-1', carrierKey: 'DHL_V2' },
      parcels: [
        { id: 'p-1', status: 'DONE', trackingNumber: '4711' },
        { id: 'p-2', status: 'UNKNOWN', trackingNumber: null },
      ],
    },
  });
  expect(map('SHIPMENT_UPDATED', { ...payload, transfers: [{ type: 'SUPPLIER' }] })).toBeUndefined();
});

test('a pack job says whose goods are packed', () => {
  const payload = { id: 'pk-1', version: 2, status: 'IN_PROGRESS', pickJobRef: 'pj-1', orderRef: 'fft-1' };
  expect(map('PACK_JOB_UPDATED', payload)).toMatchObject({
    type: 'PackJobChanged',
    providerOrderId: 'fft-1',
    packJob: { id: 'pk-1', version: 2, status: 'IN_PROGRESS', pickJobId: 'pj-1', internal: false },
  });
});

describe('a refund', () => {
  const refund = (over: object = {}) => ({ itemReturnRef: 'r1', itemReturnJobRef: 'irj', created: CREATED, ...over });
  const line = (status: string) => ({ refund: { status } });

  test('is known by item return and time', () => {
    const event = map('REFUND_TRIGGERED', refund({ refundedLineItems: [line('OPEN'), line('OPEN')] }));
    expect(event).toMatchObject({ type: 'RefundTriggered', processId: null, occurredAt: Date.parse(CREATED) });
    expect(event?.refund).toEqual({
      returnId: 'r1',
      returnJobId: 'irj',
      createdAt: Date.parse(CREATED),
      status: 'OPEN',
    });
  });

  test('whose lines differ has no one status', () => {
    const payload = refund({ refundedLineItems: [line('OPEN'), line('CLOSED')] });
    expect(map('REFUND_TRIGGERED', payload)?.refund?.status).toBeNull();
  });

  test.each(['itemReturnRef', 'created'])('without %s is refused by that name', async (field) => {
    const error = await failureOf(() => map('REFUND_TRIGGERED', refund({ [field]: undefined })));
    expect(error).toMatchObject({ errorClass: 'permanent', code: 'payload-incomplete' });
    expect(error.message).toContain(field);
  });
});

test.each(['PROCESS_ANONYMIZED', 'PROCESS_DELETED'])('%s ends a process, with no entity in it', (name) => {
  const event = map(name, { id: 'process-1', orderRef: 'fft-1' });
  expect(event).toMatchObject({ type: 'ProcessGone', processId: 'process-1', providerOrderId: 'fft-1', order: null });
});

test.each([
  ['PICK_JOB_PICK_LINE_PICKED', { id: 'line', quantity: 1 }],
  ['PICKING_PICK_JOB_COMPLETE', { header: {} }],
  ['FACILITY_DELETED', 'f1'],
  ['ORDER_DREAMED_OF', vendorOrder()],
  ['constructor', vendorOrder()],
  ['__proto__', vendorOrder()],
])('%s says nothing about an order', (event, payload) => {
  expect(map(event, payload)).toBeUndefined();
});

const versioned = mappedEvents.filter((event) => !/^(REFUND|PROCESS)_/.test(event));

test.each(versioned)('%s without a version or an id is refused', async (event) => {
  for (const [field, over] of [
    ['version', { id: 'x' }],
    ['version', { id: 'x', version: '1' }],
    ['version', { id: 'x', version: 1.5 }],
    ['id', { version: 1 }],
  ] as const) {
    const error = await failureOf(() => map(event, over));
    expect(error).toMatchObject({ errorClass: 'permanent', code: 'payload-incomplete', stage: 'map' });
    expect(error.message).toContain(field);
  }
});

test.each(versioned)('%s with a status that is new to us is UNKNOWN, and told', (event) => {
  const told: UnknownValue[] = [];
  const onUnknown = (value: UnknownValue) => void told.push(value);
  const mapped = map(event, { id: 'x', version: 1, status: 'DREAMING', channel: 'DRONE' }, { onUnknown });
  const entity = [
    mapped?.order,
    mapped?.routingPlan,
    mapped?.pickJob,
    mapped?.handoverJob,
    mapped?.parcel,
    mapped?.return,
    mapped?.shipment,
    mapped?.packJob,
  ];
  expect(entity.filter((part) => part !== null)).toHaveLength(1);
  const status = event === 'ROUTING_PLAN_SPLITTED' ? 'SPLIT' : 'UNKNOWN';
  const names = told.map(({ field, name }) => `${field.split('.')[1]} ${name}`);
  expect(names).toEqual([
    ...(status === 'SPLIT' ? [] : ['status DREAMING']),
    ...(event.startsWith('HANDOVERJOB_') ? ['channel DRONE'] : []),
  ]);
  map(event, { id: 'x', version: 1 }, { onUnknown });
  expect(told).toHaveLength(names.length);
  expect(entity.find((part) => part !== null)).toMatchObject({ id: 'x', version: 1, status });
});

test('whatever a payload holds, mapping fails by a named error only', () => {
  const fields = [
    ...['id', 'version', 'status', 'created', 'transfers', 'type', 'customAttributes', 'article', 'tenantArticleId'],
    ...[
      'pickLineItems',
      'orderLineItems',
      'handoverJobLineItems',
      'itemReturns',
      'returnedLineItems',
      'refundedLineItems',
    ],
    ...['quantity', 'picked', 'refused', 'substituteLineItems', 'result', 'itemReturnRef', '__proto__'],
  ];
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(null, 'x', '', 1, -1, 0.5, 1e300, true, CREATED),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...fields), tie('node'), { maxKeys: 12 }),
    ),
  })).node;
  fc.assert(
    fc.property(fc.constantFrom(...mappedEvents), tree, fc.boolean(), (event, node, identified) => {
      const payload = identified ? Object.assign({}, node, { id: 'x', version: 1 }) : node;
      try {
        const mapped = map(event, payload);
        const lines = mapped?.pickJob?.lines ?? mapped?.order?.lines ?? [];
        for (const { quantity } of lines) expect(Number.isSafeInteger(quantity)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(PipelineError);
        expect(error).toMatchObject({ code: 'payload-incomplete' });
      }
    }),
    { numRuns: 2_000 },
  );
});
