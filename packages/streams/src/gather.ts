/**
 * Where items wait, first come first served, while a backlog is read: so that the ones of a key that lie in it are let go
 * together. None waits for longer than `longestMs`, whatever `toWait` says.
 */
export interface Gather<Group, Item> {
  add(group: Group, item: Item): void;
  /** Lets go what has waited long enough. */
  settle(group: Group): void;
  /** Forgets the group's items. */
  remove(group: Group): void;
  /** Lets nothing go any more. */
  close(): void;
}

export interface GatherOptions<Group, Item> {
  /** Those of the items that are to wait on. */
  readonly toWait: (group: Group, items: readonly Item[]) => ReadonlySet<Item>;
  /** Takes the others, in their order. */
  readonly letGo: (items: readonly Item[]) => void;
  /** (Default: 60 s: a partition that is paused with enough in hand may take so long to go on) */
  readonly longestMs?: number;
}

/** How long until it is looked again what is to wait on. */
const LOOK_AGAIN_MS = 100;

export function createGather<Group, Item>(options: GatherOptions<Group, Item>): Gather<Group, Item> {
  const { toWait, letGo, longestMs = 60_000 } = options;
  const waiting = new Map<Group, { readonly item: Item; readonly until: number }[]>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function settle(group: Group): void {
    const all = waiting.get(group);
    if (!all) return;
    const wanted = toWait(
      group,
      all.map(({ item }) => item),
    );
    const now = performance.now();
    const { staying = [], going = [] } = Object.groupBy(all, ({ item, until }) =>
      wanted.has(item) && now < until ? 'staying' : 'going',
    );
    if (going.length === 0) return;
    if (staying.length === 0) waiting.delete(group);
    else waiting.set(group, staying);
    letGo(going.map(({ item }) => item));
  }

  function look(): void {
    timer = undefined;
    for (const group of [...waiting.keys()]) settle(group);
    lookLater();
  }

  function lookLater(): void {
    if (waiting.size > 0) timer ??= setTimeout(look, LOOK_AGAIN_MS);
  }

  return {
    add(group, item) {
      if (closed) return;
      const entry = { item, until: performance.now() + longestMs };
      const all = waiting.get(group);
      if (all) all.push(entry);
      else waiting.set(group, [entry]);
      lookLater();
    },
    settle,
    remove: (group) => void waiting.delete(group),
    close() {
      closed = true;
      clearTimeout(timer);
      waiting.clear();
    },
  };
}
