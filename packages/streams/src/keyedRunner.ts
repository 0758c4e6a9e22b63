/** What became of a key's messages: this many from the front are done, or the key is to be tried again after a while. */
export type KeyOutcome = { readonly finished: number } | { readonly againAfterMs: number };

/**
 * Runs the items of one key one after another, of different keys side by side. A key that waits for its next try holds
 * no place: others flow. `submit` never blocks; bounding what is queued is the caller's part.
 */
export interface KeyedRunner<Item> {
  /** Items that are submitted together are taken together. */
  submit(key: string, ...items: readonly Item[]): void;
  /** Is anything of the key queued, or does it run? */
  has(key: string): boolean;
  /** Tries a waiting key at once. */
  wake(key: string): void;
  /** Forgets the queued items that match, e.g. of a partition that was lost. What runs goes on. */
  remove(matches: (item: Item) => boolean): void;
  /** Starts nothing new; resolves when nothing runs. What is queued stays queued. */
  drain(): Promise<void>;
  /** Keys that run, that wait for their next try, that are ready for a place. */
  readonly running: number;
  readonly waiting: number;
  readonly ready: number;
}

export interface KeyedRunnerOptions<Item> {
  /** Keys that run at the same time, each in a place of its own. */
  readonly limit: number;
  /**
   * Keys that have given back their place and still run. When there are so many, no other starts. (Default: as many as
   * `limit`)
   */
  readonly limitWithoutPlace?: number;
  /**
   * Handles a key's queued items. Must not reject: a rejection is reported and the key tried again after a second.
   * `leavePlace` lets another key start while this one, which has its work behind it, only writes down what came of it.
   */
  readonly run: (key: string, items: readonly [Item, ...Item[]], leavePlace: () => void) => Promise<KeyOutcome>;
  readonly onDefect: (error: unknown) => void;
}

interface KeyQueue<Item> {
  items: Item[];
  state: 'ready' | 'running' | 'waiting';
  timer: NodeJS.Timeout | undefined;
  /** Woken while it ran: do not wait afterwards. */
  woken: boolean;
}

const DEFECT_PAUSE_MS = 1_000;

export function createKeyedRunner<Item>({
  limit,
  limitWithoutPlace = limit,
  run,
  onDefect,
}: KeyedRunnerOptions<Item>): KeyedRunner<Item> {
  const queues = new Map<string, KeyQueue<Item>>();
  // A Set iterates in the order of insertion: first come, first served.
  const ready = new Set<string>();
  let running = 0;
  let places = 0;
  let waiting = 0;
  let draining = false;
  const idle = Promise.withResolvers<void>();

  function makeReady(key: string, queue: KeyQueue<Item>): void {
    if (queue.state === 'waiting') waiting--;
    clearTimeout(queue.timer);
    queue.timer = undefined;
    queue.state = 'ready';
    ready.add(key);
  }

  function wait(key: string, queue: KeyQueue<Item>, ms: number): void {
    queue.state = 'waiting';
    waiting++;
    // Nothing is started any more, and a timer would keep the process.
    if (draining) return;
    queue.timer = setTimeout(() => {
      makeReady(key, queue);
      fill();
    }, ms);
  }

  function fill(): void {
    while (!draining && places < limit && running - places < limitWithoutPlace) {
      const next = ready.values().next();
      if (next.done) return;
      const key = next.value;
      ready.delete(key);
      const queue = queues.get(key);
      if (queue) void start(key, queue);
    }
  }

  async function start(key: string, queue: KeyQueue<Item>): Promise<void> {
    queue.state = 'running';
    queue.woken = false;
    running++;
    places++;
    let inPlace = true;
    const leavePlace = (): void => {
      if (inPlace) places--;
      inPlace = false;
    };
    const taken = [...queue.items];
    const [first, ...rest] = taken;
    let outcome: KeyOutcome = { finished: 0 };
    try {
      if (first !== undefined) {
        outcome = await run(key, [first, ...rest], () => {
          leavePlace();
          fill();
        });
      }
    } catch (error) {
      onDefect(error);
      outcome = { againAfterMs: DEFECT_PAUSE_MS };
    }
    leavePlace();
    running--;
    settle(key, queue, taken, outcome);
    if (draining && running === 0) idle.resolve();
    fill();
  }

  function settle(key: string, queue: KeyQueue<Item>, taken: readonly Item[], outcome: KeyOutcome): void {
    if ('finished' in outcome) {
      // remove() may have replaced the list meanwhile: take out what was handled, by identity.
      const done = new Set(taken.slice(0, outcome.finished));
      queue.items = queue.items.filter((item) => !done.has(item));
    }
    if (queue.items.length === 0) queues.delete(key);
    else if ('finished' in outcome || queue.woken) makeReady(key, queue);
    else wait(key, queue, outcome.againAfterMs);
  }

  return {
    submit(key, ...items) {
      const queue = queues.get(key);
      if (queue) {
        queue.items.push(...items);
        return;
      }
      const fresh: KeyQueue<Item> = { items: [...items], state: 'ready', timer: undefined, woken: false };
      queues.set(key, fresh);
      ready.add(key);
      fill();
    },
    has: (key) => queues.has(key),
    wake(key) {
      const queue = queues.get(key);
      if (!queue) return;
      queue.woken = true;
      if (queue.state !== 'waiting') return;
      makeReady(key, queue);
      fill();
    },
    remove(matches) {
      for (const [key, queue] of queues) {
        queue.items = queue.items.filter((item) => !matches(item));
        if (queue.items.length > 0 || queue.state === 'running') continue;
        if (queue.state === 'waiting') waiting--;
        clearTimeout(queue.timer);
        ready.delete(key);
        queues.delete(key);
      }
    },
    async drain() {
      draining = true;
      for (const queue of queues.values()) clearTimeout(queue.timer);
      if (running === 0) idle.resolve();
      await idle.promise;
    },
    get running() {
      return running;
    },
    get waiting() {
      return waiting;
    },
    get ready() {
      return ready.size;
    },
  };
}
