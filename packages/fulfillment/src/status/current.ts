import type { CurrentPlacement, OrderFulfillmentState, ProcessState } from '@pipeline/schemas/types';
import { emptyProcess, mergeProcess } from './entities.ts';
import { strayKey } from './evolve.ts';
import { awaitedTargets, currentPlacements } from './placements.ts';
import { relatedTo } from './related.ts';
import { type CurrentOrder, isCancelled, unite } from './unite.ts';

const isStray = ({ processId }: ProcessState): boolean => processId === '' || processId.startsWith('order:');

/**
 * The processes that count, with the parts that came without a process id: one for each placement, by target.
 * - The ledger's placement decides, by process id, else by provider order id.
 * - It names neither (an adopted order without a process), or there is no placement yet: the only one that is left.
 * - Several and no placement: none, since each could be the wrong one.
 * Parts without any id are taken when there is no other process that they could belong to; of a divided order by the
 * process that knows them, or what they are part of.
 */
export function currentOrders(state: OrderFulfillmentState): readonly CurrentOrder[] {
  const placements = currentPlacements(state);
  if (placements.length === 0) {
    const process = onlyProcess(state);
    return process ? [{ placement: null, process }] : [];
  }
  const mains = mainProcesses(state, placements);
  const nameless = namelessOf(state, mains);
  return placements.map((placement, index) => {
    const main = mains[index] ?? emptyProcess(placement.processId ?? '');
    const own = merged(main, [strayOf(state, strayKey(placement.providerOrderId))]);
    const rest = nameless && placements.length > 1 ? relatedTo(own, nameless) : nameless;
    return { placement, process: merged(own, [rest]) };
  });
}

/**
 * The process that counts; of a divided order all of them in one, as if it was one order that the provider has split.
 * undefined: there is none, or nothing says which.
 */
export function currentProcess(
  state: OrderFulfillmentState,
  orders: readonly CurrentOrder[] = currentOrders(state),
): ProcessState | undefined {
  const [first] = orders;
  if (!first || orders.length === 1) return first?.process;
  const nameless = namelessOf(state, mainProcesses(state, currentPlacements(state)));
  const parts = nameless && { ...nameless, order: null, gone: false };
  return merged(unite(orders, awaitedTargets(state).length > 0), [parts]);
}

const strayOf = ({ processes }: OrderFulfillmentState, key: string): ProcessState | undefined =>
  processes.find(({ processId }) => processId === key);

/** One for each placement; undefined: nothing was heard of it. */
function mainProcesses(
  { processes }: OrderFulfillmentState,
  placements: readonly CurrentPlacement[],
): (ProcessState | undefined)[] {
  const named = processes.filter((process) => !isStray(process));
  const found = placements.map((placement) =>
    placement.processId === null
      ? named.find(({ order }) => order?.id === placement.providerOrderId)
      : named.find(({ processId }) => processId === placement.processId),
  );
  const left = named.filter((process) => !found.includes(process));
  const lost = placements.filter(({ processId }, index) => processId === null && !found[index]);
  const only = left.length === 1 && lost.length === 1 && left[0]?.order === null ? left[0] : undefined;
  return found.map((process, index) => process ?? (placements[index] === lost[0] ? only : undefined));
}

/** What came without any id; undefined: nothing, or there is another process that it could belong to. */
const namelessOf = (state: OrderFulfillmentState, mains: readonly (ProcessState | undefined)[]) =>
  state.processes.every((process) => isStray(process) || mains.includes(process)) ? strayOf(state, '') : undefined;

function onlyProcess(state: OrderFulfillmentState): ProcessState | undefined {
  const processes = state.processes.filter((process) => !isStray(process));
  const attributed = new Set(processes.flatMap(({ order }) => (order ? [strayKey(order.id)] : [])));
  const groups = state.processes.filter(({ processId }) => processId !== '' && !attributed.has(processId));
  if (groups.length > 1) return undefined;
  const main = groups[0];
  if (!main) return strayOf(state, '');
  return merged(main, [main.order ? strayOf(state, strayKey(main.order.id)) : undefined, strayOf(state, '')]);
}

function merged(main: ProcessState, strays: readonly (ProcessState | undefined)[]): ProcessState {
  return strays.reduce<ProcessState>(
    (whole, part) => (part && part !== main ? mergeProcess(whole, part) : whole),
    main,
  );
}

/**
 * Provider order ids of other processes that are alive beside those that were placed: there must be none. Those of
 * targets whose placement the ledger has not told yet may be among them: as many are none.
 */
export function duplicateOrders(state: OrderFulfillmentState): string[] {
  const placements = currentPlacements(state);
  if (placements.length === 0) return [];
  const others = state.processes.flatMap(({ processId, order }) => {
    const isPlaced = placements.some(
      (placement) => placement.providerOrderId === order?.id || placement.processId === processId,
    );
    return order !== null && !isPlaced && ['OPEN', 'LOCKED', 'PROMISED'].includes(order.status) && !isCancelled(order)
      ? [order.id]
      : [];
  });
  return others.length > awaitedTargets(state).length ? others : [];
}
