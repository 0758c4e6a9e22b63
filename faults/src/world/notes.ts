import type { Claim, History, Invariant, QuietTime, Replayed } from '../checker/history.ts';

/** What only the row knows of its history. */
export interface Notes {
  /** Whether something holds that only the row can see; a violation when not. */
  claim(invariant: Invariant, what: string, expected: unknown, found: unknown): void;
  /** From now on for `ms` the vendor is to be left alone. */
  quiet(time: Omit<QuietTime, 'fromMs' | 'toMs'>, ms: number): void;
  replayed(replay: Replayed): void;
}

export type Noted = Pick<History, 'claims' | 'quietTimes' | 'replays'>;

export function createNotes(): Notes & { readonly noted: Noted } {
  const claims: Claim[] = [];
  const quietTimes: QuietTime[] = [];
  const replays: Replayed[] = [];
  return {
    noted: { claims, quietTimes, replays },
    claim(invariant, what, expected, found) {
      const [wanted, got] = [toText(expected), toText(found)];
      claims.push({ invariant, what, expected: wanted, found: got, holds: wanted === got });
    },
    quiet: (time, ms) => void quietTimes.push({ ...time, fromMs: Date.now(), toMs: Date.now() + ms }),
    replayed: (replay) => void replays.push(replay),
  };
}

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
