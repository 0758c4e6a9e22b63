import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../core/clock.ts';
import { createManualClock } from '../testing/manualClock.ts';
import { anOrder } from '../testing/orders.ts';
import { type RunningSimulator, startSimulator } from '../testing/startSimulator.ts';
import { startReceiver } from '../testing/webhookReceiver.ts';
import { backoffMs } from './delivery.ts';

const place = async (sim: RunningSimulator, count: number) => {
  for (let nth = 0; nth < count; nth += 1) {
    await sim.call('POST', '/api/orders', anOrder({ tenantOrderId: `order-${nth}` }));
  }
};
const counts = async (sim: RunningSimulator) => (await sim.call('GET', '/_sim/webhooks')).body;

describe('delivering webhooks', () => {
  it('posts event, eventId and payload with the headers of the subscription', async () => {
    await using sim = await startSimulator();
    await using receiver = await startReceiver();
    await receiver.subscribe(sim, 'ORDER_CREATED');
    await place(sim, 1);
    const [webhook] = await receiver.arrivals(1);
    const { headers, ...body } = webhook ?? { headers: {} };
    expect(headers).toMatchObject({ authorization: 'Bearer hook', 'content-type': 'application/json' });
    expect(body).toEqual({
      event: 'ORDER_CREATED',
      eventId: expect.any(String),
      payload: expect.objectContaining({ version: 1 }),
    });
    await expect.poll(() => counts(sim)).toMatchObject({ sent: 1, delivered: 1, retried: 0, pending: 0 });
    expect((await counts(sim)).byEvent.ORDER_CREATED.delivered).toBe(1);
  });

  it.each([201, 202, 204, 302, 400, 401, 500])(
    'repeats a webhook that was answered %s, with the same eventId, until 200',
    async (refusal) => {
      const clock = createManualClock();
      await using sim = await startSimulator({ clock, retryBaseMs: 100 });
      await using receiver = await startReceiver((_, nth) => (nth <= 2 ? refusal : 200));
      await receiver.subscribe(sim, 'ORDER_CREATED');
      await place(sim, 1);
      for (const attempt of [1, 2]) {
        await expect.poll(() => counts(sim)).toMatchObject({ sent: attempt, pending: 1 });
        await receiver.arrivals(attempt);
        await expect
          .poll(() => {
            clock.advanceBy(100 * attempt);
            return receiver.received.length;
          })
          .toBeGreaterThan(attempt);
      }
      await expect.poll(() => counts(sim)).toMatchObject({ sent: 3, delivered: 1, retried: 2, pending: 0 });
      expect(new Set(receiver.received.map(({ eventId }) => eventId)).size).toBe(1);
    },
  );

  it('repeats a webhook that was not answered in time, and lets others pass meanwhile', async () => {
    await using sim = await startSimulator({ webhookTimeoutMs: 50, retryBaseMs: 10 });
    let stuck: string | undefined;
    await using receiver = await startReceiver((webhook, nth) => {
      stuck ??= webhook.eventId;
      return webhook.eventId === stuck && nth < 8 ? undefined : 200;
    });
    await receiver.subscribe(sim, 'ORDER_CREATED');
    await place(sim, 5);
    await expect.poll(() => counts(sim), { timeout: 10_000 }).toMatchObject({ delivered: 5, pending: 0 });
    expect(new Set(receiver.received.map(({ eventId }) => eventId)).size).toBe(5);
    expect((await counts(sim)).retried).toBeGreaterThan(0);
  });

  it('delivers to one receiver while another refuses everything', async () => {
    await using sim = await startSimulator({ retryBaseMs: 5 });
    await using refusing = await startReceiver(() => 500);
    await using taking = await startReceiver();
    await refusing.subscribe(sim, 'ORDER_CREATED');
    await taking.subscribe(sim, 'ORDER_CREATED');
    await place(sim, 20);
    await taking.arrivals(20);
    await expect.poll(() => counts(sim)).toMatchObject({ delivered: 20, pending: 20 });
  });

  it('waits for a receiver that is not there yet', async () => {
    await using sim = await startSimulator({ retryBaseMs: 5 });
    const target = { type: 'WEBHOOK', callbackUrl: 'http://127.0.0.1:9/hook' };
    await sim.call('POST', '/api/subscriptions', { name: 'x', event: 'ORDER_CREATED', target });
    await place(sim, 1);
    await expect.poll(async () => (await counts(sim)).retried).toBeGreaterThan(1);
    expect(await counts(sim)).toMatchObject({ delivered: 0, pending: 1 });
  });

  it('gives up after seven days', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ clock });
    await using receiver = await startReceiver(() => 500);
    await receiver.subscribe(sim, 'ORDER_CREATED');
    await place(sim, 1);
    await receiver.arrivals(1);
    clock.advanceBy(7 * 24 * 3_600_000 - 60_000);
    expect(await counts(sim)).toMatchObject({ dropped: 0, pending: 1 });
    clock.advanceBy(60_000);
    await expect
      .poll(() => {
        clock.advanceBy(5_000);
        return counts(sim);
      })
      .toMatchObject({ delivered: 0, dropped: 1, pending: 0 });
  });

  it('gives up when the subscription is gone', async () => {
    await using sim = await startSimulator({ retryBaseMs: 5 });
    await using receiver = await startReceiver(() => 500);
    await receiver.subscribe(sim, 'ORDER_CREATED');
    await place(sim, 1);
    await receiver.arrivals(2);
    const { subscriptions } = (await sim.call('GET', '/api/subscriptions')).body;
    await sim.call('DELETE', `/api/subscriptions/${subscriptions[0].id}`);
    await expect.poll(() => counts(sim)).toMatchObject({ delivered: 0, dropped: 1, pending: 0 });
  });

  it('tells an event to every subscription of it with one eventId, to no other', async () => {
    await using sim = await startSimulator();
    await using first = await startReceiver();
    await using second = await startReceiver();
    await using other = await startReceiver();
    await first.subscribe(sim, 'ORDER_CREATED');
    await second.subscribe(sim, 'ORDER_CREATED');
    await other.subscribe(sim, 'ORDER_CANCELLED');
    await place(sim, 1);
    const [one] = await first.arrivals(1);
    const [two] = await second.arrivals(1);
    expect(one?.eventId).toBe(two?.eventId);
    await expect.poll(() => counts(sim)).toMatchObject({ sent: 2, delivered: 2 });
    expect(other.received).toEqual([]);
  });

  it('narrows a subscription to the facilities of its context', async () => {
    await using sim = await startSimulator({ facilities: ['here'] });
    await using receiver = await startReceiver();
    const target = { type: 'WEBHOOK', callbackUrl: receiver.url };
    const { body: here } = await sim.call('GET', '/api/facilities/urn:fft:facility:tenantFacilityId:here');
    for (const value of [here.id, 'elsewhere']) {
      const contexts = [{ type: 'FACILITY', values: [value] }];
      await sim.call('POST', '/api/subscriptions', { name: value, event: 'PICK_JOB_CREATED', target, contexts });
    }
    const { id } = (await sim.call('POST', '/api/orders', anOrder())).body;
    await sim.call('POST', `/_sim/orders/${id}/advance`);
    await sim.call('POST', `/_sim/orders/${id}/advance`);
    await expect.poll(() => counts(sim)).toMatchObject({ sent: 1, delivered: 1, pending: 0 });
  });
});

describe('spoiling deliveries', () => {
  it('sends every webhook twice with the same eventId at a probability of 1', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ clock, duplicates: 1 });
    await using receiver = await startReceiver();
    await receiver.subscribe(sim, 'ORDER_CREATED');
    await place(sim, 3);
    clock.advanceBy(500);
    const received = await receiver.arrivals(6);
    const times = Map.groupBy(received, ({ eventId }) => eventId);
    expect([...times.values()].map((same) => same.length)).toEqual([2, 2, 2]);
    await expect.poll(() => counts(sim)).toMatchObject({ delivered: 6, duplicates: 3, retried: 0 });
  });

  it('emits every event twice with another eventId at a probability of 1, to each of its subscribers', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ clock, reEmissions: 1 });
    await using first = await startReceiver();
    await using second = await startReceiver();
    await first.subscribe(sim, 'ORDER_CREATED');
    await second.subscribe(sim, 'ORDER_CREATED');
    await place(sim, 2);
    clock.advanceBy(500);
    for (const receiver of [first, second]) {
      const received = await receiver.arrivals(4);
      expect(new Set(received.map(({ eventId }) => eventId)).size).toBe(4);
      const same = Map.groupBy(received, ({ payload }) => payload.id);
      expect([...same.values()].map((events) => events.length)).toEqual([2, 2]);
      for (const [one, two] of same.values()) expect(one?.payload).toEqual(two?.payload);
    }
    expect(first.received.map(({ eventId }) => eventId).toSorted()).toEqual(
      second.received.map(({ eventId }) => eventId).toSorted(),
    );
    await expect.poll(() => counts(sim)).toMatchObject({ delivered: 8, reEmitted: 4, duplicates: 0 });
  });

  it('chooses the same events again with the same seed, whatever comes between', async () => {
    const emittedTwice = async (ids: readonly string[]) => {
      const clock = createManualClock();
      await using sim = await startSimulator({ clock, reEmissions: 0.5, surprises: 0.5, seed: 4 });
      await using receiver = await startReceiver();
      await receiver.subscribe(sim, 'ORDER_CREATED');
      for (const tenantOrderId of ids) await sim.call('POST', '/api/orders', anOrder({ tenantOrderId }));
      clock.advanceBy(500);
      await expect.poll(async () => (await counts(sim)).pending).toBe(0);
      return receiver.received.map(({ event, payload }) => `${payload.tenantOrderId} ${event}`).toSorted();
    };
    const ids = Array.from({ length: 12 }, (_, nth) => `order-${nth}`);
    const first = await emittedTwice(ids);
    expect(first.length).toBeGreaterThan(ids.length);
    expect(new Set(first).size).toBeGreaterThan(ids.length);
    expect(await emittedTwice(ids.toReversed())).toEqual(first);
  });

  it('delivers an event of an unknown name to those who have subscribed to what comes with it', async () => {
    await using sim = await startSimulator({ surprises: 1 });
    await using receiver = await startReceiver();
    await receiver.subscribe(sim, 'ORDER_CREATED');
    await place(sim, 10);
    await receiver.arrivals(10);
    await expect.poll(() => receiver.received.map(({ event }) => event)).toContain('ORDER_CREATED_SIMULATED');
    expect(await sim.call('GET', '/api/supportedevents')).not.toMatchObject({
      body: { supportedEvents: expect.arrayContaining([{ event: 'ORDER_CREATED_SIMULATED' }]) },
    });
  });

  it('names the pick job in the envelope of a picked line', async () => {
    await using sim = await startSimulator({ lives: 'paused' });
    await using receiver = await startReceiver();
    await receiver.subscribe(sim, 'PICK_JOB_CREATED', 'PICK_JOB_PICK_LINE_PICKED');
    const { id } = (await sim.call('POST', '/api/orders', anOrder())).body;
    for (let step = 0; step < 4; step += 1) await sim.call('POST', `/_sim/orders/${id}/advance`);
    const received = await receiver.arrivals(2);
    const pickJob = received.find(({ event }) => event === 'PICK_JOB_CREATED')?.payload;
    expect(received.find(({ event }) => event === 'PICK_JOB_PICK_LINE_PICKED')).toMatchObject({
      ...{ pickJobRef: pickJob.id, payload: { picked: 2 } },
    });
  });

  it('lets webhooks overtake each other and loses none', async () => {
    const orderOfArrival = async () => {
      const clock = createManualClock();
      await using sim = await startSimulator({ clock, shuffle: true });
      await using receiver = await startReceiver();
      await receiver.subscribe(sim, 'ORDER_CREATED');
      await place(sim, 8);
      for (let ms = 0; ms <= 400; ms += 1) {
        clock.advanceBy(1);
        const { pending, delivered } = await counts(sim);
        if (pending === 0 && delivered === 8) break;
        await new Promise((resolve) => setImmediate(resolve));
      }
      return (await receiver.arrivals(8)).map(({ payload }) => payload.tenantOrderId);
    };
    const placed = Array.from({ length: 8 }, (_, nth) => `order-${nth}`);
    const first = await orderOfArrival();
    expect(first).not.toEqual(placed);
    expect(first.toSorted()).toEqual(placed);
  });

  it('loses events for good, each or none to all who have subscribed, when it is told to', async () => {
    await using sim = await startSimulator();
    await using receiver = await startReceiver();
    await using other = await startReceiver();
    for (const each of [receiver, other]) await each.subscribe(sim, 'ORDER_CREATED');
    await sim.call('POST', '/_sim/delivery', { lost: 0.5 });
    await place(sim, 20);
    const { lost } = await counts(sim);
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(20);
    const heard = async (by: typeof receiver) =>
      (await by.arrivals(20 - lost)).map(({ payload }) => payload.tenantOrderId).toSorted();
    expect(await heard(receiver)).toEqual(await heard(other));
    expect(await counts(sim)).toMatchObject({ pending: 0, dropped: 0 });
  });

  it('can be changed while it runs', async () => {
    await using sim = await startSimulator();
    await using receiver = await startReceiver();
    await receiver.subscribe(sim, 'ORDER_CREATED');
    const changed = await sim.call('POST', '/_sim/delivery', { duplicates: 1, shuffle: true, shuffleMs: 1 });
    expect(changed.body).toEqual({
      ...{ duplicates: 1, shuffle: true, shuffleMs: 1, retryBaseMs: 200, reEmissions: 0, lost: 0 },
    });
    await place(sim, 1);
    await receiver.arrivals(2);
    expect(await sim.call('POST', '/_sim/delivery', { duplicates: 2 })).toMatchObject({ status: 400 });
    expect(await sim.call('POST', '/_sim/delivery', { duplicate: 1 })).toMatchObject({ status: 400 });
  });
});

describe('the pause before a repeat', () => {
  it('doubles from its base and never exceeds five seconds', () => {
    expect([1, 2, 3, 4, 5, 6].map((attempt) => backoffMs(attempt, 200))).toEqual([200, 400, 800, 1_600, 3_200, 5_000]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 0, max: 60_000 }), (attempt, base) => {
        const pause = backoffMs(attempt, base);
        return pause >= 0 && pause <= 5_000 && pause <= backoffMs(attempt + 1, base);
      }),
    );
  });
});

it('a simulator that is closed while a webhook is under way leaves nothing on its clock', async () => {
  const manual = createManualClock();
  let open = 0;
  const clock: Clock = {
    ...manual,
    after(ms, task) {
      open += 1;
      manual.after(ms, task);
    },
    clear() {
      open = 0;
      manual.clear();
    },
  };
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const sim = await startSimulator({ clock });
  const target = { type: 'WEBHOOK', callbackUrl: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/hook` };
  await sim.call('POST', '/api/subscriptions', { name: 'silent', event: 'ORDER_CREATED', target });
  const connected = once(silent, 'connection');
  await place(sim, 1);
  const [socket] = (await connected) as [Socket];
  await sim[Symbol.asyncDispose]();
  expect(open).toBe(0);
  socket.destroy();
  silent.close();
});
