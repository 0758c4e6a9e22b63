import type { OrderRecord } from '../core/orderStore.ts';
import type { World } from '../core/world.ts';
import type { Stage } from './stage.ts';
import type { LifeStep } from './step.ts';
import { handoverSteps } from './steps/handover.ts';
import type { StepMakers } from './steps/makers.ts';
import { orderSteps } from './steps/order.ts';
import { packingSteps } from './steps/packing.ts';
import { pickingSteps } from './steps/picking.ts';
import { returnSteps } from './steps/returns.ts';
import { routingSteps } from './steps/routing.ts';
import { shippingSteps } from './steps/shipping.ts';

const makers: StepMakers = {
  ...routingSteps,
  ...pickingSteps,
  ...packingSteps,
  ...shippingSteps,
  ...handoverSteps,
  ...orderSteps,
  ...returnSteps,
};

/** Makes one step of an order's life, with the order's own chance: what other orders do meanwhile has no say in it. */
export function makeStep(world: World, record: OrderRecord, step: LifeStep): void {
  const make = makers[step.event] as (stage: Stage, step: LifeStep) => void;
  make({ world: { ...world, random: record.random }, record }, step);
}
