import type { LifeStep } from '../step.ts';
import * as part from './life.ts';

const opened: readonly LifeStep[] = [...part.routed(), ...part.pickJob()];
const halfGone: readonly LifeStep[] = [
  ...[...part.split, ...part.fulfilled()],
  ...[...part.picking('b'), ...part.readied('b')],
];
const forced: LifeStep = { event: 'ORDER_FORCE_CANCELLED' };

/** How an order ends early. A pick job that is closed stays so, whatever becomes of its goods. */
export const cancelLives = {
  cancelled: {
    description: 'cancelled at the provider while the pick job is open',
    steps: [...opened, { event: 'ORDER_CANCELLED' }],
    outcome: part.ends('Canceled'),
  },
  'cancelled-at-once': {
    description: 'cancelled before it is routed',
    steps: [{ event: 'ORDER_CANCELLED' }],
    outcome: part.ends('Canceled'),
  },
  expired: {
    description: 'cancelled because its time is over',
    steps: [...part.routed(), { event: 'ORDER_CANCELLED_BY_EXPIRY' }],
    outcome: part.ends('Canceled'),
  },
  'force-cancelled': {
    description: 'cancelled while it is picked',
    steps: [...opened, ...part.commenced(), forced],
    outcome: part.ends('Canceled'),
  },
  'force-cancelled-ready': {
    description: 'cancelled while it waits for its handover',
    steps: [...part.routed(), ...part.picking(), ...part.readied(), forced],
    outcome: part.ends('Canceled', { pickJobs: ['a'] }),
  },
  'force-cancelled-half': {
    description: 'one of two parts is handed over, then the rest is cancelled',
    needs: { pieces: 2 },
    steps: [...halfGone, forced],
    outcome: part.handedOverFrom({ pickJobs: ['a', 'b'], handoverJobs: ['a'] }),
  },
  'force-cancelled-half-left': {
    description: 'as force-cancelled-half, but the rest still waits for its handover',
    needs: { pieces: 2 },
    steps: [...halfGone, { event: 'ORDER_FORCE_CANCELLED', leaveHandovers: true }],
    outcome: part.ends('Partial', { pickJobs: ['a', 'b'], handoverJobs: ['a', 'b'] }),
  },
  'awaits-cancel': {
    description: 'stops with an open pick job: a CANCEL is accepted',
    steps: opened,
    outcome: part.ends(null, { pickJobs: ['a'] }),
  },
  'refuses-cancel': {
    description: 'stops while it is picked: a CANCEL is refused',
    steps: [...opened, ...part.commenced()],
    outcome: part.ends(null, { pickJobs: ['a'] }),
  },
} as const;
