import { anonymizeOrder } from '../../core/erasure.ts';
import { revise } from '../../core/world.ts';
import { cancelWith } from '../cancel.ts';
import { divide, piecesOf } from '../lines.ts';
import type { Stage } from '../stage.ts';
import type { StepOf } from '../step.ts';
import type { StepMakers } from './makers.ts';

type CancelEvent = 'ORDER_CANCELLED' | 'ORDER_FORCE_CANCELLED' | 'ORDER_CANCELLED_BY_EXPIRY';

const cancel = ({ world, record }: Stage, { event, leaveHandovers = false }: StepOf<CancelEvent>): void => {
  const reason = { id: 'simulated', reason: 'Cancelled in the backoffice' };
  cancelWith(world, record, { event, reason, leaveHandovers });
};

export const orderSteps = {
  ORDER_CANCELLED: cancel,
  ORDER_FORCE_CANCELLED: cancel,
  ORDER_CANCELLED_BY_EXPIRY: cancel,

  ORDER_MODIFIED: ({ world, record }, { event }) => {
    const { orderLineItems: before } = record.order;
    const [orderLineItems] = divide(before, piecesOf(before) - 1);
    const order = revise(world, record.order, { orderLineItems });
    world.state.orders.replace(order, world.clock.now());
    world.publish(event, { ...order, changes: { orderLineItems } });
  },

  PROCESS_ANONYMIZED: ({ world, record }) => anonymizeOrder(world, record),
} satisfies Partial<StepMakers>;
