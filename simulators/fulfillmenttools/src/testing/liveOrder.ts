import { randomUUID } from 'node:crypto';
import type { Order } from '../core/model.ts';
import { noWorkflow } from '../core/model.ts';
import { type SimulatorOptions, toSettings } from '../core/options.ts';
import type { OrderRecord } from '../core/orderStore.ts';
import { startProcess } from '../core/processes.ts';
import { createWorld, newEntity, type World } from '../core/world.ts';
import { beginLife } from '../life/begin.ts';
import { createLives } from '../life/life.ts';
import type { LifeName } from '../life/lives.ts';
import type { Kind } from '../life/step.ts';
import { findFacility } from '../resources/references.ts';
import { seedFacilities } from '../resources/facilities.ts';
import { createManualClock } from './manualClock.ts';

export interface EmittedEvent {
  readonly event: string;
  readonly payload: any;
  /** What stands next to the payload. */
  readonly beside: object;
}

export interface LivedOrder {
  readonly world: World;
  readonly record: OrderRecord;
  /** ORDER_CREATED first, then in the order they were emitted. */
  readonly events: readonly EmittedEvent[];
}

export interface OrderToLive {
  readonly life: LifeName | 'random';
  readonly kind: Kind;
  /** Quantities of its lines (Default: 2, 1). */
  readonly quantities?: readonly number[];
  readonly options?: SimulatorOptions;
  readonly tenantOrderId?: string;
  /** (Default: all of its life) */
  readonly steps?: number;
}

/** An order that lives without server and network: time passes by a second with each step. */
export function liveOrder({
  life,
  kind,
  quantities = [2, 1],
  options = {},
  tenantOrderId,
  steps,
}: OrderToLive): LivedOrder {
  const clock = createManualClock();
  const world = createWorld(toSettings({ ...options, lives: life, clock }));
  const events: EmittedEvent[] = [];
  world.publish = (event, payload, beside = {}) => void events.push({ event, payload, beside });
  seedFacilities(world);
  const record = placeOrder(world, kind, { quantities, tenantOrderId: tenantOrderId ?? 'order-1' });
  world.publish('ORDER_CREATED', record.order);
  const lives = createLives(world);
  for (let made = 0; made < (steps ?? Number.POSITIVE_INFINITY); made += 1) {
    clock.advanceBy(1_000);
    if (!lives.advance(record)) break;
  }
  return { world, record, events };
}

function placeOrder(
  world: World,
  kind: Kind,
  { quantities, tenantOrderId }: { readonly quantities: readonly number[]; readonly tenantOrderId: string },
): OrderRecord {
  const identity = newEntity(world);
  const [tenantFacilityId = ''] = world.settings.facilities;
  const facilityRef = findFacility(world, { tenantFacilityId })?.id ?? '';
  const order: Order = {
    ...identity,
    orderDate: identity.created,
    tenantOrderId,
    consumer: { addresses: [{ street: 'Teststr.', city: 'Berlin', postalCode: '10115', country: 'DE' }] },
    ...(kind === 'COLLECT' ? { deliveryPreferences: { collect: [{ facilityRef }] } } : {}),
    orderLineItems: quantities.map((quantity, index) => ({
      id: randomUUID(),
      article: { tenantArticleId: `sku-${index + 1}`, title: `Article ${index + 1}` },
      quantity,
    })),
    customAttributes: { commercetoolsOrderId: '0b7c2f0e-5a4e-4a53-9d0a-0a52f4e3c001' },
    status: 'OPEN',
    processId: startProcess(world, { id: identity.id, tenantOrderId }).id,
    workflowInformation: noWorkflow,
  };
  return world.state.orders.insert(order, world.clock.now(), beginLife(world, order));
}
