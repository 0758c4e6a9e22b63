import { desired, statusPresets } from '@pipeline/fulfillment';
import type { OrderFulfillmentState } from '@pipeline/schemas/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lifeNames } from '../../../../simulators/fulfillmenttools/src/life/lives.ts';
import { type LivedProcess, liveProcess } from '../testing/livedProcess.ts';
import type { FulfillmenttoolsNotification } from '../webhook/notification.ts';
import { readProcess } from './readProcess.ts';
import { toNotifications } from './toNotifications.ts';

const lives = fc.record({
  life: fc.constantFrom(...lifeNames),
  kind: fc.constantFrom('DELIVERY' as const, 'COLLECT' as const),
  seed: fc.nat(),
  steps: fc.integer({ min: 1, max: 40 }),
  quantities: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
});

function live({ life, kind, seed, steps, quantities }: typeof lives extends fc.Arbitrary<infer T> ? T : never) {
  const options = { seed, tracking: true, inheritTenantOrderId: seed % 2 === 0 };
  return liveProcess({ life, kind, quantities, steps, options });
}

async function readAll({ client, processId }: LivedProcess): Promise<FulfillmenttoolsNotification[]> {
  const reading = await readProcess(client, {
    processId,
    isSettled: () => false,
    signal: new AbortController().signal,
  });
  return reading ? toNotifications(reading) : [];
}

const shown = (state: OrderFulfillmentState) => {
  const { shipmentState, fields, deliveries, returns, alerts } = desired(state, statusPresets.docs);
  return {
    ...{ shipmentState, fields, returns, deliveries: deliveries?.deliveries },
    // A read shows more: a plan before its first event, and parcels of cancelled orders, of which there is none.
    alerts: alerts.filter((alert) => alert !== 'waiting'),
  };
};

const heardOf = ({ notifications }: LivedProcess, lost: readonly boolean[]) =>
  notifications.filter((_, index) => lost[index % Math.max(1, lost.length)] !== true);

describe('a process that is read', () => {
  it('leads to the order that its events lead to, whatever of them was lost, at any moment of any life', async () => {
    await fc.assert(
      fc.asyncProperty(lives, fc.array(fc.boolean()), async (life, lost) => {
        const process = live(life);
        const read = await readAll(process);
        // Else the normaliser would read it once more.
        for (const { event, loadUnitsAmount } of read)
          expect(loadUnitsAmount !== undefined).toBe(event === 'PICK_JOB_PICKING_FINISHED');
        expect(shown(process.fold([...heardOf(process, lost), ...read]))).toEqual(
          shown(process.fold(process.notifications)),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('gives the same state before, between and after its events', async () => {
    await fc.assert(
      fc.asyncProperty(lives, fc.array(fc.boolean()), fc.nat(), async (life, lost, at) => {
        const process = live(life);
        const read = await readAll(process);
        const heard = heardOf(process, lost);
        const late = at % (heard.length + 1);
        const between = process.fold([...heard.slice(0, late), ...read, ...heard.slice(late)]);
        expect(between).toEqual(process.fold([...heard, ...read]));
        expect(process.fold([...read, ...heard, ...read])).toEqual(between);
      }),
      { numRuns: 60 },
    );
  });
});
