import { CallAgain, type Handler, type Message, toPipelineError } from '@pipeline/streams';

/** Messages that wait for something that is to come, each with the moment at which it began. */
export interface Waiting<Item extends object> {
  /** Milliseconds since the item began to wait; undefined: it begins now. `signal` aborts when it is no longer ours. */
  since(item: Item, signal: AbortSignal): number | undefined;
  /** It goes on. */
  end(item: Item): void;
  /** How many wait, those of lost partitions left out. */
  count(): number;
}

/** `now` is monotonic, in milliseconds. */
export function createWaiting<Item extends object>(now: () => number = () => performance.now()): Waiting<Item> {
  const items = new Map<Item, { readonly began: number; signal: AbortSignal }>();
  return {
    since(item, signal) {
      const known = items.get(item);
      items.set(item, { began: known?.began ?? now(), signal });
      return known && now() - known.began;
    },
    end: (item) => void items.delete(item),
    count() {
      for (const [item, { signal }] of items) if (signal.aborted) items.delete(item);
      return items.size;
    },
  };
}

/** The handler, whose first message waits no longer once it is finished: done, held aside, or a dead letter. */
export function endingWaits<Value, State>(
  waiting: Pick<Waiting<Message<Value>>, 'end'>,
  handler: Handler<Value, State>,
): Handler<Value, State> {
  return async (messages, context) => {
    try {
      const outgoing = await handler(messages, context);
      waiting.end(messages[0]);
      return outgoing;
    } catch (error) {
      if (endsWait(error)) waiting.end(messages[0]);
      throw error;
    }
  };
}

const endsWait = (error: unknown): boolean =>
  error instanceof CallAgain ? error.hold : ['permanent', 'gone'].includes(toPipelineError(error).errorClass);
