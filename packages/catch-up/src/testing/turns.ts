import type { CatchUpObserver } from '../runCatchUp.ts';
import type { Turn } from '../singleRunner.ts';

/** Kafka's part: the record that was stored last, whoever had the turn. */
export interface StoredRecord {
  value: Buffer | null;
}

/** A turn that is over as soon as `stop` is called, and whose saves may be cut before or after they are written. */
export function createTurn(record: StoredRecord, cut: () => 'none' | 'before' | 'after' = () => 'none') {
  const controller = new AbortController();
  const { signal } = controller;
  const check = (): void => signal.throwIfAborted();
  const turn: Turn = {
    stored: record.value,
    signal,
    check,
    save(value) {
      check();
      const how = cut();
      if (how === 'before') controller.abort(new Error('cut before'));
      check();
      record.value = value;
      if (how === 'after') controller.abort(new Error('cut after'));
      check();
      return Promise.resolve();
    },
  };
  return { turn, stop: () => controller.abort(new Error('stopped')) };
}

/** Keeps what it is told, a line each. */
export function createRecorder(): { readonly observer: CatchUpObserver; readonly told: string[] } {
  const told: string[] = [];
  const say = (line: string) => void told.push(line);
  const observer: CatchUpObserver = {
    reached: () => undefined,
    page: () => undefined,
    swept: ({ read, sent }, reason) => say(`swept ${reason} ${read} ${sent}`),
    failed: (stage, error) => say(`failed ${stage} ${(error as Error).message}`),
    unreadable: () => say('unreadable'),
    gap: (from, until) => say(`gap ${from} ${until}`),
    subscription: (status, previous) => status === previous || say(`${previous ?? '-'} → ${status}`),
    window: ({ reason, from, until }) => say(`${reason} ${from} ${until}`),
  };
  return { observer, told };
}
