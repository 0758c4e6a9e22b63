import type { FulfillmentEvent, LedgerEntry, OrderFulfillmentState, ProcessState } from '@pipeline/schemas/types';
import { emptyProcess, mergeProcess } from './entities.ts';
import { compare, compareText } from './join.ts';
import { withPlacements } from './placements.ts';

/**
 * Folds an event or the order's ledger entry into the state. Every entity stays at its highest version, so any
 * permutation and any repetition of the same inputs gives a deep-equal state. Returns the state itself when the input
 * changes nothing: nothing needs to be appended then. Never touches what was written to the platform.
 */
export function evolve(
  state: OrderFulfillmentState | undefined,
  input: FulfillmentEvent | LedgerEntry,
): OrderFulfillmentState {
  const before = state ?? emptyState(input.orderId, input.projectKey);
  return 'placements' in input ? withLedger(before, input) : withEvent(before, input);
}

const emptyState = (orderId: string, projectKey: string): OrderFulfillmentState => ({
  orderId,
  orderNumber: null,
  projectKey,
  updatedAt: 0,
  placement: null,
  processes: [],
  written: null,
  platform: null,
  reopened: 0,
  refused: [],
  redriveIds: [],
  targets: [],
  unplaced: [],
});

/** State of the parts that came without a process id: by provider order id, or '' when that was missing too. */
export const strayKey = (providerOrderId: string | null): string =>
  providerOrderId === null ? '' : `order:${providerOrderId}`;

function withEvent(state: OrderFulfillmentState, event: FulfillmentEvent): OrderFulfillmentState {
  const updatedAt = Math.max(state.updatedAt, event.occurredAt);
  const processes = withProcess(state.processes, toProcess(event));
  return processes === state.processes && updatedAt === state.updatedAt ? state : { ...state, updatedAt, processes };
}

function toProcess(event: FulfillmentEvent): ProcessState | undefined {
  const { order, routingPlan, pickJob, handoverJob, parcel, refund, shipment, packJob } = event;
  if (event.type === 'Unknown') return undefined;
  return {
    ...emptyProcess(event.processId ?? strayKey(event.providerOrderId)),
    order,
    routingPlans: listed(routingPlan),
    pickJobs: listed(pickJob),
    handoverJobs: listed(handoverJob),
    parcels: listed(parcel),
    returns: listed(event.return),
    refunds: listed(refund),
    gone: event.type === 'ProcessGone',
    shipments: listed(shipment),
    packJobs: listed(packJob),
  };
}

const listed = <T>(part: T | null): readonly T[] => (part === null ? [] : [part]);

function withProcess(processes: readonly ProcessState[], added: ProcessState | undefined): readonly ProcessState[] {
  if (!added) return processes;
  const known = processes.find(({ processId }) => processId === added.processId);
  const next = mergeProcess(known ?? emptyProcess(added.processId), added);
  if (next === known) return processes;
  return [...processes.filter((other) => other !== known), next].sort((a, b) => compareText(a.processId, b.processId));
}

function withLedger(state: OrderFulfillmentState, entry: LedgerEntry): OrderFulfillmentState {
  const placed = withPlacements(state, entry);
  const orderNumber = compare(entry.orderNumber, state.orderNumber) > 0 ? entry.orderNumber : state.orderNumber;
  const updatedAt = Math.max(state.updatedAt, entry.updatedAt);
  if (placed === state && orderNumber === state.orderNumber && updatedAt === state.updatedAt) return state;
  return { ...placed, orderNumber, updatedAt };
}
