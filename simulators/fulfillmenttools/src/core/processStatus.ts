import type { Process } from './model.ts';
import type { State } from './world.ts';

type ProcessStatus = 'CREATED' | 'IN_PROGRESS' | 'FINISHED' | 'CANCELED' | 'ERROR' | 'NOT_AVAILABLE';

const over = ['ABORTED', 'REROUTED', 'REJECTED', 'RESTOWED', 'EXPIRED', 'CANCELED', 'OBSOLETE', 'FAILED'];

/**
 * The process as its reads show it: how far routing, the work in the facilities and returns are. `status` and
 * `domsStatus` are the deprecated twins of `statuses` and `domsStatuses`.
 */
export function withStatuses({ orders, ...state }: State, process: Process): object {
  const orderStatus = orders.get(process.orderRef)?.order.status;
  const cancelled = orderStatus === 'CANCELLED' || orderStatus === 'OBSOLETE';
  const statusesOf = (entities: ReadonlyMap<string, { readonly status: string }>, ids: readonly string[]) =>
    ids.flatMap((id) => entities.get(id)?.status ?? []).filter((status) => !over.includes(status));
  const plans = statusesOf(state.routingPlans, process.routingPlanRefs);
  const picks = statusesOf(state.pickJobs, process.pickJobRefs);
  const handovers = statusesOf(state.handoverJobs, process.handoverJobRefs);
  const returns = statusesOf(state.itemReturnJobs, process.itemReturnJobsRef);
  const doms = cancelled ? 'CANCELED' : domsStatus(plans);
  const operative = progressOf([...picks, ...handovers], cancelled);
  const whole = cancelled
    ? 'CANCELED'
    : operative === 'NOT_AVAILABLE'
      ? doms === 'ERROR'
        ? doms
        : 'CREATED'
      : operative;
  return {
    ...process,
    ...{ status: whole, statuses: { status: whole }, domsStatus: doms, domsStatuses: { status: doms } },
    operativeStatuses: { status: operative },
    returnStatuses: { status: progressOf(returns, false) },
  };
}

function domsStatus(plans: readonly string[]): ProcessStatus {
  if (plans.length === 0) return 'CREATED';
  if (plans.includes('NOT_ROUTABLE')) return 'ERROR';
  return plans.every((status) => status === 'ROUTED') ? 'FINISHED' : 'IN_PROGRESS';
}

function progressOf(statuses: readonly string[], cancelled: boolean): ProcessStatus {
  if (statuses.length === 0) return cancelled ? 'CANCELED' : 'NOT_AVAILABLE';
  if (statuses.every((status) => ['HANDED_OVER', 'FINISHED', 'CLOSED'].includes(status))) return 'FINISHED';
  return statuses.every((status) => status === 'OPEN') ? 'CREATED' : 'IN_PROGRESS';
}
