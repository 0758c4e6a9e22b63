import type { FulfillmentEvent, LedgerEntry, OrderedLine, Placement } from '@pipeline/schemas/types';
import { describe, expect, it } from 'vitest';
import {
  aFulfillmentEvent,
  aHandoverJob,
  aLedgerEntry,
  aParcel,
  aPickJob,
  aPlacement,
  aProviderOrder,
  aRoutingPlan,
  someParts,
} from '../testkit/index.ts';
import { currentOrders, currentProcess, duplicateOrders } from './current.ts';
import { planDeliveries } from './deliverySteps.ts';
import { desired, lackOrderedLines } from './desired.ts';
import { evolve } from './evolve.ts';
import { type StatusPolicy, statusPresets } from './policy.ts';

type Input = FulfillmentEvent | LedgerEntry;
const fold = (inputs: readonly Input[]) =>
  inputs.reduce<ReturnType<typeof evolve> | undefined>((state, input) => evolve(state, input), undefined) ??
  expect.fail('no input');
const shipment = (inputs: readonly Input[], over: Partial<StatusPolicy> = {}) =>
  desired(fold(inputs), { ...statusPresets.docs, ...over }).shipmentState;

const three: readonly OrderedLine[] = [{ articleId: 'sku-1', quantity: 3 }];
const two: readonly OrderedLine[] = [{ articleId: 'sku-1', quantity: 2 }];

/** What is told of one target's order: of all its goods at once. */
function at(target: string, lines: readonly OrderedLine[]) {
  const ids = { processId: `process-${target}`, providerOrderId: null };
  const event = (part: Partial<FulfillmentEvent>) => aFulfillmentEvent({ ...ids, ...part });
  const handover = (over: Parameters<typeof aHandoverJob>[0] = {}, given = 0, refused = 0) =>
    event({
      handoverJob: aHandoverJob({
        id: `handover-${target}`,
        pickJobId: `pick-${target}`,
        lines: lines.map((line) => ({
          ...line,
          handedOver: given * line.quantity,
          refused: refused * line.quantity,
        })),
        ...over,
      }),
    });
  return {
    placed: (over: Partial<Placement> = {}) =>
      aPlacement({ target, providerOrderId: `fft-${target}`, processId: ids.processId, lines, ...over }),
    awaited: (over: Partial<Placement> = {}) =>
      aPlacement({ target, status: 'placing', providerOrderId: null, processId: null, lines, ...over }),
    order: (over: Parameters<typeof aProviderOrder>[0] = {}) =>
      event({ order: aProviderOrder({ id: `fft-${target}`, lines, ...over }) }),
    cancelled: event({
      order: aProviderOrder({
        ...{ id: `fft-${target}`, lines, version: 9, status: 'CANCELLED', cancellation: 'CANCELLED' },
      }),
    }),
    pick: (over: Parameters<typeof aPickJob>[0] = {}) =>
      event({
        pickJob: aPickJob({
          id: `pick-${target}`,
          status: 'CLOSED',
          lines: lines.map((line) => ({ ...line, picked: line.quantity })),
          ...over,
        }),
      }),
    ready: (over: Parameters<typeof aHandoverJob>[0] = {}) => handover(over),
    left: (over: Parameters<typeof aHandoverJob>[0] = {}) =>
      handover({ version: 2, status: 'HANDED_OVER', ...over }, 1),
    refused: (over: Parameters<typeof aHandoverJob>[0] = {}) =>
      handover({ version: 2, status: 'HANDED_OVER', ...over }, 0, 1),
    parcel: (trackingStatus: string | null) =>
      event({ parcel: aParcel({ id: `parcel-${target}`, pickJobId: `pick-${target}`, trackingStatus }) }),
    event,
  };
}

const home = at('home', three);
const office = at('office', two);
const both = aLedgerEntry({ placements: [home.placed(), office.placed()] });
const ledger = (...placements: Placement[]) => aLedgerEntry({ placements });
const homeLeft = [home.order(), home.pick(), home.left()];
const officeLeft = [office.order(), office.pick(), office.left()];

describe('the shipment state of a divided order', () => {
  it('is Ready with the first or with all, Partial when one has left, Shipped when all have', () => {
    const ready = [both, home.order(), office.order(), home.pick(), home.ready()];
    expect(shipment(ready)).toBe('Ready');
    expect(shipment(ready, { ready: 'all' })).toBeNull();
    expect(shipment([...ready, office.pick(), office.ready()], { ready: 'all' })).toBe('Ready');
    expect(shipment([both, ...homeLeft])).toBe('Partial');
    expect(shipment([both, ...homeLeft], statusPresets.connector)).toBe('Shipped');
    expect(shipment([both, ...homeLeft, office.order(), office.ready()])).toBe('Partial');
    expect(shipment([both, ...homeLeft, ...officeLeft])).toBe('Shipped');
  });

  it('is Delivered when the parcels of all have arrived', () => {
    const shipped = [both, ...homeLeft, ...officeLeft, home.parcel('delivered')];
    expect(shipment([...shipped, office.parcel('in_transit')])).toBe('Shipped');
    expect(shipment([...shipped, office.parcel('delivered')])).toBe('Delivered');
  });

  it('does not take the goods of one for those of another', () => {
    const all = at('home', [{ articleId: 'sku-1', quantity: 5 }]);
    const tooMany = [home.order(), all.pick(), all.left()];
    expect(shipment([both, ...tooMany, office.order()])).toBe('Partial');
  });

  it('is not held up by a first routing plan that is heard of late', () => {
    const late = home.event({ routingPlan: aRoutingPlan({ id: 'plan-0', status: 'WAITING', lines: three }) });
    const short = [
      home.pick({ routingPlanId: 'plan-1', lines: [{ articleId: 'sku-1', quantity: 3, picked: 2 }] }),
      home.left({ lines: [{ articleId: 'sku-1', quantity: 2, handedOver: 2, refused: 0 }] }),
    ];
    expect(shipment([both, home.order(), ...short, ...officeLeft])).toBe('Shipped');
    expect(shipment([both, home.order(), ...short, ...officeLeft, late])).toBe('Shipped');
  });

  it('is Canceled only when all were; one that was, before anything left, does not count', () => {
    expect(shipment([both, home.cancelled, office.order()])).toBeNull();
    expect(shipment([both, home.cancelled, office.cancelled])).toBe('Canceled');
    expect(shipment([both, home.cancelled, office.cancelled], { cancelled: 'none' })).toBeNull();
    expect(shipment([both, home.cancelled, home.pick({ status: 'OPEN' }), ...officeLeft])).toBe('Shipped');
    expect(shipment([both, home.cancelled, home.parcel(null), ...officeLeft, office.parcel('delivered')])).toBe(
      'Delivered',
    );
  });

  it('counts of one that was cancelled what had left', () => {
    const part = home.left({ lines: [{ articleId: 'sku-1', quantity: 1, handedOver: 1, refused: 0 }] });
    expect(shipment([both, home.cancelled, part, office.order()])).toBe('Partial');
    expect(shipment([both, home.cancelled, part, ...officeLeft])).toBe('Shipped');
  });

  it('is Canceled when nothing of any was collected, and goes by what was when one was', () => {
    const channel = 'COLLECT';
    const not = (target: typeof home) => [target.order(), target.pick({ channel }), target.refused({ channel })];
    expect(shipment([both, ...not(home), office.order()])).toBeNull();
    expect(shipment([both, ...not(home), ...not(office)])).toBe('Canceled');
    expect(shipment([both, ...not(home), ...officeLeft])).toBe('Shipped');
  });

  it('takes the channel that a job does not tell from the placement of its own target', () => {
    const UNKNOWN = { channel: 'UNKNOWN' } as const;
    const collected = ledger(home.placed({ collect: true }), office.placed());
    const left = [home.order(), home.left(UNKNOWN), office.order(), office.left(UNKNOWN)];
    const { deliveries, shipmentState } = desired(fold([collected, ...left]), statusPresets.docs);
    expect(shipmentState).toBe('Shipped');
    expect(deliveries?.deliveries.map(({ key }) => key)).toEqual(['pick-office']);
    const all = ledger(home.placed({ collect: true }), office.placed({ collect: true }));
    expect(shipment([all, ...left])).toBe('Delivered');
  });
});

describe('an order with a target that is not placed yet', () => {
  const waiting = ledger(home.placed(), office.awaited());

  it('is never Shipped, Delivered, Canceled or all ready', () => {
    expect(shipment([waiting, ...homeLeft])).toBe('Partial');
    expect(shipment([waiting, ...homeLeft, home.parcel('delivered')])).toBe('Partial');
    expect(shipment([waiting, home.cancelled])).toBeNull();
    expect(shipment([waiting, home.order(), home.pick(), home.ready()], { ready: 'all' })).toBeNull();
    expect(shipment([waiting, home.order(), home.refused({ channel: 'COLLECT' })])).toBeNull();
    expect(shipment([ledger(home.awaited(), office.awaited()), ...homeLeft])).toBe('Partial');
  });

  it.each(['skipped', 'rejected'] as const)('does not wait for one that was %s, until it is tried again', (status) => {
    const ended = ledger(home.placed(), office.awaited({ status }));
    for (const inputs of [
      [waiting, ended, ...homeLeft],
      [ended, ...homeLeft, waiting],
    ])
      expect(shipment(inputs)).toBe('Shipped');
    expect(shipment([ended, home.cancelled])).toBe('Canceled');
    const again = ledger(home.placed(), office.awaited({ attempt: 2 }));
    expect(shipment([ended, ...homeLeft, again])).toBe('Partial');
  });

  it('has no duplicate in the order whose placement the ledger has not told yet, but in one more', () => {
    const other = office.event({ processId: 'process-x', order: aProviderOrder({ id: 'fft-x' }) });
    expect(duplicateOrders(fold([waiting, home.order(), office.order()]))).toEqual([]);
    expect(duplicateOrders(fold([waiting, office.order(), other]))).toEqual(['fft-office', 'fft-x']);
  });
});

it('orders of its targets are no duplicates, another one is', () => {
  const other = office.event({ processId: 'process-x', order: aProviderOrder({ id: 'fft-x' }) });
  expect(duplicateOrders(fold([both, home.order(), office.order()]))).toEqual([]);
  expect(desired(fold([both, home.order(), office.order(), other]), statusPresets.docs).alerts).toEqual([
    'duplicate-order',
  ]);
});

describe('what was ordered of a divided order', () => {
  it('is taken from the ledger for the one whose order is not known', () => {
    expect(shipment([both, ...homeLeft, office.pick(), office.left()])).toBe('Shipped');
    expect(shipment([both, home.left(), office.order()])).toBe('Partial');
  });

  it('is asked for of each that nothing tells, once goods of one are at their handover', () => {
    const bare = ledger(home.placed({ lines: [] }), office.placed({ lines: [] }));
    expect(lackOrderedLines(fold([bare, home.pick()]))).toEqual([]);
    const names = (inputs: readonly Input[]) => lackOrderedLines(fold(inputs)).map(({ target }) => target);
    expect(names([bare, home.ready()])).toEqual(['home', 'office']);
    expect(names([bare, home.ready(), home.order()])).toEqual(['office']);
    expect(desired(fold([bare, ...homeLeft, office.pick(), office.left()]), statusPresets.docs)).toMatchObject({
      shipmentState: null,
      alerts: ['quantities-unknown'],
    });
  });
});

describe('the process of a divided order', () => {
  it('is one with the work of all, and with what counts of what was ordered', () => {
    const united = (...inputs: Input[]) => currentProcess(fold([both, ...homeLeft, ...inputs]));
    expect(united(office.order())).toMatchObject({
      order: { id: 'fft-home', status: 'OPEN', lines: [{ articleId: 'sku-1', quantity: 5 }] },
      pickJobs: [{ id: 'pick-home' }],
    });
    expect(united(...officeLeft)?.handoverJobs.map(({ id }) => id)).toEqual(['handover-home', 'handover-office']);
    expect(united(office.cancelled)?.order).toMatchObject({ status: 'OPEN', cancellation: 'NONE', lines: three });
    expect(united(home.cancelled, office.cancelled)?.order).toMatchObject({
      status: 'CANCELLED',
      cancellation: 'CANCELLED',
    });
    expect(united(home.cancelled)?.order).toMatchObject({ cancellation: 'NONE' });
    const gone = (target: typeof home) => target.event({ type: 'ProcessGone' });
    expect([united(gone(home))?.gone, united(gone(home), gone(office))?.gone]).toEqual([false, true]);
  });

  it('has what came without a process: by the provider’s order, or by what it is part of', () => {
    const stray = { processId: null, providerOrderId: 'fft-office' };
    const nameless = { processId: null, providerOrderId: null };
    const inputs = [
      ...[both, home.order(), home.pick(), home.ready(), office.order()],
      { ...office.pick(), ...stray },
      { ...home.left(), ...nameless },
      { ...office.left(), ...nameless },
    ];
    const state = fold(inputs);
    expect(currentOrders(state).map(({ process }) => process.handoverJobs.map(({ id }) => id))).toEqual([
      ['handover-home'],
      ['handover-office'],
    ]);
    expect(desired(state, statusPresets.docs).shipmentState).toBe('Shipped');
  });

  it('is found by the provider’s order, or is the one that is left', () => {
    const bare = ledger(home.placed({ processId: null }), office.placed());
    expect(shipment([bare, ...homeLeft, ...officeLeft])).toBe('Shipped');
    expect(shipment([bare, home.left(), ...officeLeft])).toBe('Shipped');
    const neither = ledger(home.placed({ processId: null }), office.placed({ processId: null }));
    expect(shipment([neither, home.left(), office.left()])).toBeNull();
    expect(shipment([neither, ...homeLeft, ...officeLeft])).toBe('Shipped');
  });
});

it('the fields name the order of the first target, and jobs of all', () => {
  const policy: StatusPolicy = { ...statusPresets.docs, syncChannelId: 'channel-1' };
  const jobs = [office.pick({ createdAt: 1, loadUnitsAmount: 2 }), home.pick({ createdAt: 2, loadUnitsAmount: 1 })];
  const { fields, syncInfo } = desired(fold([both, ...jobs, office.left()]), policy);
  expect(fields).toMatchObject({
    providerOrderId: 'fft-home',
    pickJobId: 'pick-office',
    loadUnitsAmount: 3,
    handoverJobId: 'handover-office',
  });
  expect(syncInfo).toEqual({ channelId: 'channel-1', externalId: 'fft-home' });
});

it.each([
  ['home', 'home', 'office', ['home', 'office']],
  ['home.berlin', 'home', 'office.2', ['home', 'office']],
  ['home.berlin', 'home', 'home.koeln', ['home']],
  ['office', undefined, 'home', ['home', 'elsewhere']],
  ['berlin', null, 'koeln', ['']],
])(
  'the delivery of the target %s goes to %s, beside %s, with the shipping keys %j',
  (first, place, second, shippingKeys) => {
    const [one, other] = [at(first, three), at(second, two)];
    const state = fold([
      ledger(one.placed(), other.placed()),
      one.left({ createdAt: 2 }),
      other.left({ createdAt: 1 }),
    ]);
    const parts = someParts({ lines: [{ id: 'line-1', articleId: 'sku-1', quantity: 5 }], shippingKeys });
    const { deliveries } = desired(state, statusPresets.docs);
    const { steps, noPlace } = planDeliveries(deliveries ?? expect.fail('no deliveries'), parts);
    const key = `pick-${first}`;
    const added = steps.find((step) => step.step === 'addDelivery' && step.key === key);
    const items = [{ lineId: 'line-1', quantity: 3 }];
    expect(added).toEqual(
      place === undefined ? undefined : { step: 'addDelivery', key, shippingKey: place, items, parcels: [] },
    );
    expect(noPlace).toEqual(place === undefined ? [key] : []);
  },
);
