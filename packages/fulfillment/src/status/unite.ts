import type { CurrentPlacement, OrderedLine, ProcessState, ProviderOrder } from '@pipeline/schemas/types';
import { emptyProcess, mergeProcess } from './entities.ts';
import { isHandedOver } from './work.ts';

/** An order at the provider that counts, and what happened to it. */
export interface CurrentOrder {
  /** null: the ledger has not told it. */
  readonly placement: CurrentPlacement | null;
  readonly process: ProcessState;
}

export const isCancelled = ({ status, cancellation }: ProviderOrder): boolean =>
  cancellation !== 'NONE' || status === 'CANCELLED' || status === 'OBSOLETE';

/** Newest known lines of the order; undefined: not known. */
export function orderedLines({ process, placement }: CurrentOrder): readonly OrderedLine[] | undefined {
  const lines = process.order?.lines.length ? process.order.lines : placement?.lines;
  return lines?.length ? lines : undefined;
}

/**
 * The processes of a divided order in one. Its order is cancelled, and its data gone, only when that is so of all; of
 * what was ordered that counts which was not cancelled before anything of it left.
 * @param isAwaited another target is still to be placed
 */
export function unite(orders: readonly CurrentOrder[], isAwaited: boolean): ProcessState {
  const processes = orders.map(({ process }) => process);
  const united = processes.reduce(mergeProcess, emptyProcess(processes[0]?.processId ?? ''));
  const gone = !isAwaited && processes.every((process) => process.gone);
  return { ...united, gone, order: unitedOrder(orders, isAwaited) };
}

function unitedOrder(orders: readonly CurrentOrder[], isAwaited: boolean): ProviderOrder | null {
  const known = orders.flatMap(({ process }) => process.order ?? []);
  const [first] = known;
  if (!first) return null;
  const counted = orders.filter(({ process }) => !process.order || !isCancelled(process.order) || hasLeft(process));
  const isDead = !isAwaited && known.length === orders.length && known.every(isCancelled);
  const shown = isDead ? first : known.find((order) => !isCancelled(order));
  return {
    id: orders[0]?.placement?.providerOrderId ?? first.id,
    version: Math.max(...known.map(({ version }) => version)),
    status: shown?.status ?? 'UNKNOWN',
    cancellation: shown?.cancellation ?? 'NONE',
    cancelReason: shown?.cancelReason ?? null,
    lines: addUp((isDead ? orders : counted).map(orderedLines)),
  };
}

const hasLeft = ({ handoverJobs }: ProcessState): boolean =>
  handoverJobs.some((job) => !job.internal && isHandedOver(job));

/** By article. Empty when it is not known of one of them. */
function addUp(all: readonly (readonly OrderedLine[] | undefined)[]): OrderedLine[] {
  const total = new Map<string, number>();
  for (const { articleId, quantity } of all.flatMap((lines) => lines ?? []))
    total.set(articleId, (total.get(articleId) ?? 0) + quantity);
  return all.includes(undefined) ? [] : [...total].map(([articleId, quantity]) => ({ articleId, quantity }));
}
