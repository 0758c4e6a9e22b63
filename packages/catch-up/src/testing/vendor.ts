import type { CatchUpSource, CaughtUp } from '../source.ts';

export interface Happened {
  readonly at: number;
  readonly id: string;
  readonly order: string;
  /** From when on queries find it. */
  readonly visibleFrom: number;
}

const iso = (ms: number): string => new Date(ms).toISOString();

export const toNotification = ({ id, order }: Happened): CaughtUp => ({
  key: order,
  value: Buffer.from(id),
  collapse: id,
});

/** A vendor's record that answers as a keyset query does. */
export function createVendor(
  happened: readonly Happened[],
  { now, pageSize }: { now: () => number; pageSize: number },
) {
  const reads: string[] = [];
  const source: CatchUpSource = {
    kind: 'model',
    check: () => Promise.resolve({ retentionMs: undefined }),
    readPage({ after, until }) {
      reads.push(`${after.at} ${after.id ?? ''} ${until}`);
      const isBehind = ({ at, id }: Happened): boolean => {
        const [here, there] = [iso(at), after.at];
        if (here !== there) return here > there;
        return after.id === undefined || id > after.id;
      };
      const found = happened
        .filter((each) => each.visibleFrom <= now() && isBehind(each) && iso(each.at) < until)
        .sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1))
        .slice(0, pageSize);
      const last = found.at(-1);
      return Promise.resolve({
        notifications: found.map(toNotification),
        next: last && { at: iso(last.at), id: last.id },
      });
    },
  };
  return { source, reads };
}
