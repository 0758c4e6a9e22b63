import type { OrderFulfillmentState, ProcessState } from '@pipeline/schemas/types';
import { emptyProcess, mergeProcess } from './entities.ts';
import { strayKey } from './evolve.ts';

const isStray = ({ processId }: ProcessState): boolean => processId === '' || processId.startsWith('order:');

/**
 * The one process that counts, with the parts that came without a process id.
 * - The ledger's placement decides, by process id, else by provider order id.
 * - It names neither (an adopted order without a process), or there is no placement yet: the only known one.
 * - Several and no placement: undefined, since each could be the wrong one.
 * Parts without any id are taken when there is no other process that they could belong to.
 */
export function currentProcess(state: OrderFulfillmentState): ProcessState | undefined {
  const processes = state.processes.filter((process) => !isStray(process));
  const stray = (key: string) => state.processes.find(({ processId }) => processId === key);
  const { placement } = state;
  if (placement) {
    const only = processes.length === 1 && processes[0]?.order === null ? processes[0] : undefined;
    const main =
      placement.processId === null
        ? (processes.find(({ order }) => order?.id === placement.providerOrderId) ?? only)
        : processes.find(({ processId }) => processId === placement.processId);
    const others = processes.some((process) => process !== main);
    return merged(main ?? emptyProcess(placement.processId ?? ''), [
      stray(strayKey(placement.providerOrderId)),
      others ? undefined : stray(''),
    ]);
  }
  const attributed = new Set(processes.flatMap(({ order }) => (order ? [strayKey(order.id)] : [])));
  const groups = state.processes.filter(({ processId }) => processId !== '' && !attributed.has(processId));
  if (groups.length > 1) return undefined;
  const main = groups[0];
  if (!main) return stray('');
  return merged(main, [main.order ? stray(strayKey(main.order.id)) : undefined, stray('')]);
}

function merged(main: ProcessState, strays: readonly (ProcessState | undefined)[]): ProcessState {
  return strays.reduce<ProcessState>(
    (whole, part) => (part && part !== main ? mergeProcess(whole, part) : whole),
    main,
  );
}

/** Provider order ids of other processes that are alive beside the placed one: there must be none. */
export function duplicateOrders({ placement, processes }: OrderFulfillmentState): string[] {
  if (!placement) return [];
  return processes.flatMap(({ processId, order }) => {
    const other = order !== null && order.id !== placement.providerOrderId && processId !== placement.processId;
    return other && ['OPEN', 'LOCKED', 'PROMISED'].includes(order.status) && order.cancellation === 'NONE'
      ? [order.id]
      : [];
  });
}
