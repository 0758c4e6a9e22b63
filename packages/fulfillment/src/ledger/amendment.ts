import type { Amendment, AmendmentPart, LedgerEntry, OrderedLine, Placement } from '@pipeline/schemas/types';
import { change, currentPlacement } from './placement.ts';

/** What may change of an order after it was sent. `delivery`: how, or from where, it is to reach the consumer. */
export const amendableParts = ['address', 'lines', 'delivery'] as const;
export type AmendablePart = (typeof amendableParts)[number];

/** A short mark of each part of one order: equal parts have equal marks. Nothing can be read from it. */
export type PartMarks = Readonly<Record<AmendablePart, string>>;

/** What is known of the content of a provider's order. */
export type KnownContent =
  /** It is what the attempt on record sent. */
  | 'as-sent'
  /** An earlier attempt may have made it, of an older version. */
  | 'doubtful'
  /** Somebody else may have made it. */
  | 'unknown';

/** Of the attempt that sends these parts of this version. */
export const asSent = (marks: PartMarks, orderVersion: number): Amendment => ({
  status: 'none',
  orderVersion,
  parts: amendableParts.map((part) => ({ part, shown: marks[part], judged: marks[part], reason: null })),
});

export function amendmentOf(placing: Placement, content: KnownContent): Amendment | null {
  if (placing.status !== 'placing' || content === 'unknown') return null;
  if (content === 'as-sent' || !placing.amendment) return placing.amendment;
  return { ...placing.amendment, status: 'due', parts: [] };
}

/** Version of the newest order that was sent to the provider, or compared with what it has. */
export const amendedVersion = ({ amendment, orderVersion }: Placement): number =>
  amendment?.orderVersion ?? orderVersion;

/** Is it left to be found out whether the provider has the newest version? */
export const isAmendmentOpen = ({ amendment }: Placement): boolean =>
  amendment?.status === 'due' || amendment?.status === 'amending';

const partOf = (placement: Placement, part: AmendablePart): AmendmentPart =>
  placement.amendment?.parts.find((each) => each.part === part) ?? { part, shown: null, judged: null, reason: null };

/** What is not as it was when it was compared last, or was never compared. How it is delivered: only once that is known. */
export function changedParts(placement: Placement, marks: PartMarks): AmendablePart[] {
  return amendableParts.filter((part) => {
    const { judged } = partOf(placement, part);
    return judged === null ? part !== 'delivery' : judged !== marks[part];
  });
}

/** Was the provider told the same when this part was sent, or applied, the last time? */
export const isShown = (placement: Placement, marks: PartMarks, part: AmendablePart): boolean =>
  partOf(placement, part).shown === marks[part];

export interface AmendingInput {
  readonly part: AmendablePart;
  /** The process that is going to send. */
  readonly member: string;
  /** What the part is changed to. */
  readonly orderVersion: number;
  readonly at: number;
}

/** The intent to change a part: from here on nothing older is applied, and what the provider has of it is not known. */
export function amending(entry: LedgerEntry, { part, member, orderVersion, at }: AmendingInput): LedgerEntry {
  const placement = currentPlacement(entry);
  if (!placement) return entry;
  const parts = (placement.amendment?.parts ?? []).map((each) =>
    each.part === part ? { ...each, shown: null, judged: null } : each,
  );
  return change(entry, at, { member, amendment: { status: 'amending', orderVersion, parts } });
}

/** What became of a part that had changed. */
export interface AmendedPart {
  readonly part: AmendablePart;
  /** From a closed list; null: the provider has it. */
  readonly reason: string | null;
  /** Of the provider's order, where they may be others than before. */
  readonly lines?: readonly OrderedLine[];
}

export interface AmendedInput {
  /** Of the order that was compared. */
  readonly orderVersion: number;
  readonly marks: PartMarks;
  /** Of `changedParts`, each. */
  readonly ends: readonly AmendedPart[];
  readonly at: number;
}

/** `amendRefused` as long as the provider has a part otherwise than the platform. A newer version is compared again. */
export function amended(entry: LedgerEntry, { orderVersion, marks, ends, at }: AmendedInput): LedgerEntry {
  const placement = currentPlacement(entry);
  if (!placement) return entry;
  const parts = amendableParts.map((part): AmendmentPart => {
    const end = ends.find((each) => each.part === part);
    const before = partOf(placement, part);
    if (!end) return { ...before, judged: marks[part] };
    return { part, shown: end.reason === null ? marks[part] : before.shown, judged: marks[part], reason: end.reason };
  });
  const untouched = ends.length === 0 && (placement.amendment?.status ?? 'none') === 'none';
  const status = parts.some(({ reason }) => reason !== null) ? 'amendRefused' : untouched ? 'none' : 'amended';
  const lines = ends.find((end) => end.lines)?.lines;
  return change(entry, at, {
    amendment: { status, orderVersion, parts },
    ...(lines && lines.length > 0 ? { lines: [...lines] } : {}),
  });
}

/** Parts that the provider has otherwise than the platform, each with the reason. */
export const notApplied = ({ amendment }: Placement): readonly { readonly part: string; readonly reason: string }[] =>
  (amendment?.parts ?? []).flatMap(({ part, reason }) => (reason === null ? [] : [{ part, reason }]));
