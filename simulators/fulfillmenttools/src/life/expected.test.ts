import { describe, expect, it } from 'vitest';
import { liveOrder, type LivedOrder } from '../testing/liveOrder.ts';
import { cancelOrder } from './cancel.ts';
import { expectedOf } from './expected.ts';
import type { LifeName } from './lives.ts';

const delivery = (life: LifeName, steps?: number) =>
  liveOrder({ life, kind: 'DELIVERY', ...(steps === undefined ? {} : { steps }) });
const expectedBy = ({ world, record }: LivedOrder) => expectedOf(world, record);
const idsOf = ({ events }: LivedOrder, name: string): string[] =>
  events.filter(({ event }) => event === name).map(({ payload }) => payload.id);

describe('what the commerce order must show', () => {
  it('is not said before the life has ended', () => {
    expect(expectedBy(delivery('plain', 6))).toBeUndefined();
    expect(expectedBy(delivery('plain', 7))?.shipmentState).toBe('Shipped');
  });

  it('has the fields of the only pick job and its handover', () => {
    const order = delivery('plain');
    const [id = ''] = idsOf(order, 'PICK_JOB_CREATED');
    const { shortId, facilityRef } = order.world.state.pickJobs.get(id) ?? {};
    expect(expectedBy(order)).toEqual({
      shipmentState: 'Shipped',
      fields: {
        fft_order_id: order.record.order.id,
        fft_pickjob_id: id,
        fft_short_id: shortId,
        fft_facility_id: facilityRef,
        fft_load_units_amount: order.world.state.loadUnits.size,
        fft_handoverjob_id: idsOf(order, 'HANDOVERJOB_CREATED')[0],
      },
      mayBe: {},
    });
  });

  it('has the pick job that was created first, its own handover, and the load units of all', () => {
    const order = delivery('split');
    expect(expectedBy(order)?.fields).toMatchObject({
      fft_pickjob_id: idsOf(order, 'PICK_JOB_CREATED')[0],
      fft_handoverjob_id: idsOf(order, 'HANDOVERJOB_CREATED')[1],
      fft_load_units_amount: order.world.state.loadUnits.size,
    });
  });

  it('has the next pick job where the first died', () => {
    const order = delivery('aborted-then-rerouted');
    expect(expectedBy(order)?.fields).toHaveProperty('fft_pickjob_id', idsOf(order, 'PICK_JOB_CREATED')[1]);
  });

  it('may still have what died, since a field is never emptied', () => {
    const order = delivery('aborted');
    const [id] = idsOf(order, 'PICK_JOB_CREATED');
    expect(expectedBy(order)).toMatchObject({
      ...{ shipmentState: null, fields: { fft_order_id: order.record.order.id } },
      mayBe: { fft_pickjob_id: [id], fft_short_id: [expect.any(String)], fft_facility_id: [expect.any(String)] },
    });
    expect(Object.keys(expectedBy(order)?.fields ?? {})).toEqual(['fft_order_id']);
    const notCollected = liveOrder({ life: 'no-show', kind: 'COLLECT' });
    const { fields, mayBe } = expectedBy(notCollected) ?? {};
    expect(fields).not.toHaveProperty('fft_handoverjob_id');
    expect(mayBe).toEqual({ fft_handoverjob_id: idsOf(notCollected, 'HANDOVERJOB_CREATED') });
  });

  it('has nothing of a leg between two facilities', () => {
    const order = liveOrder({ life: 'interfacility-handover', kind: 'COLLECT' });
    expect(expectedBy(order)).toEqual({
      shipmentState: 'Delivered',
      fields: { fft_order_id: order.record.order.id, fft_handoverjob_id: idsOf(order, 'HANDOVERJOB_CREATED')[0] },
      mayBe: {},
    });
  });
});

describe('what is expected after a call has cancelled the order', () => {
  const cancelled = (order: LivedOrder) => {
    cancelOrder(order.world, order.record, 'ORDER_FORCE_CANCELLED', { id: 'reason' });
    return expectedBy(order)?.shipmentState;
  };

  it('is Canceled while nothing was handed over', () => {
    expect(cancelled(delivery('awaits-cancel'))).toBe('Canceled');
    expect(cancelled(delivery('plain', 0))).toBe('Canceled');
    expect(cancelled(delivery('plain', 6))).toBe('Canceled');
  });

  it('is what has left by then', () => {
    expect(cancelled(delivery('plain'))).toBe('Shipped');
    expect(cancelled(delivery('tracked'))).toBe('Delivered');
    expect(cancelled(delivery('split-half-left'))).toBe('Shipped');
    expect(cancelled(liveOrder({ life: 'plain', kind: 'COLLECT' }))).toBe('Delivered');
  });

  it('is what the life says where it cancels by itself', () => {
    const order = delivery('force-cancelled-half-left');
    expect(expectedBy(order)?.shipmentState).toBe('Partial');
  });
});
