import {
  currentPlacement,
  isAmendmentOpen,
  type KnownContent,
  linksOf,
  type PlacedOrder,
  placed,
  skipped,
} from '@pipeline/fulfillment';
import { type LedgerEntry, topics } from '@pipeline/schemas';
import { outgoing, type PipelineError } from '@pipeline/streams';
import { entryOf, type PlacementParts, type Progress, type Work } from './work.ts';

export interface Skip {
  readonly reason: string;
  /** Version of the order that was judged; 0: not known. */
  readonly orderVersion: number;
  readonly alert?: boolean;
}

/** Puts on record what came of an order, each in one transaction, and tells the observer. */
export interface Records {
  /** (Default of `content`: as-sent.) With its links: what the provider reports from now on finds its order. */
  placed(work: Work, order: PlacedOrder, how: 'created' | 'adopted', content?: KnownContent): Promise<Progress>;
  skipped(work: Work, skip: Skip): Promise<Progress>;
  /** The entry and the dead letter of the message, together or not at all. (Default of `outcome`: rejected) */
  parked(work: Work, entry: LedgerEntry, error: PipelineError, outcome?: string): Promise<Progress>;
  /** Any other end. */
  settled(
    work: Work,
    entry: LedgerEntry,
    outcome: string,
    details?: { reason?: string; alert?: boolean },
  ): Promise<Progress>;
  /** The entry as it is to be when a skip is recorded. */
  toSkipped(work: Work, skip: Skip): LedgerEntry;
}

export function createRecords({
  provider,
  attempts,
  observer,
  clock,
}: Pick<PlacementParts, 'provider' | 'attempts' | 'observer' | 'clock'>): Records {
  const toSkipped = (work: Work, { reason, orderVersion }: Skip): LedgerEntry => {
    const at = clock().wall;
    const version = Math.max(work.event.orderVersion, orderVersion);
    return skipped(entryOf(work, at), {
      provider: provider.name,
      reason,
      orderVersion: version,
      redriveId: work.redriveId,
      at,
    });
  };
  const settled: Records['settled'] = async ({ context, origin }, entry, outcome, details = {}) => {
    await context.state.append(entry);
    attempts.forget(context.key);
    observer.settled(entry, outcome, { ...details, origin });
    return 'done';
  };

  return {
    toSkipped,
    settled,
    skipped: (work, skip) => {
      const { reason, alert = false } = skip;
      return settled(work, toSkipped(work, skip), 'skipped', { reason, alert });
    },

    async placed(work, order, how, content = 'as-sent') {
      const { event, context, origin } = work;
      const at = clock().wall;
      const { orderVersion } = event;
      // What somebody else made, or another attempt, is not what we have on our account.
      const account = content === 'as-sent' ? attempts.of(context.key, context.state).account : undefined;
      const entry = placed(entryOf(work, at), { provider: provider.name, order, content, orderVersion, at });
      const placement = currentPlacement(entry);
      const links = placement ? linksOf(entry, placement, at) : [];
      await context.state.append(
        entry,
        links.map(({ key, link }) => outgoing(topics.fulfillmentLinks, key, link)),
      );
      attempts.forget(context.key);
      observer.settled(entry, how, { attempt: placement?.attempt ?? 0, origin, ...(account && { account }) });
      // Not done yet when something newer led here, or it is to be unlocked or compared: the ledger's rules say.
      const open = placement !== undefined && isAmendmentOpen(placement);
      const plain = !open && (placement?.lock === 'none' || placement?.lock === 'routing');
      return event.type === 'OrderConfirmed' && plain ? 'done' : 'again';
    },

    async parked({ context }, entry, error, outcome = 'rejected') {
      await context.state.append(entry, context.deadLetters(error));
      attempts.forget(context.key);
      observer.settled(entry, outcome, { reason: error.code });
      return 'done';
    },
  };
}
