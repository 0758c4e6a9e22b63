import type { EventEmitter } from 'node:events';

export interface InterruptOptions {
  readonly print: (line: string) => void;
  /** What the first signal prints. (Default: `Stopping; Ctrl-C again ends at once`) */
  readonly answer?: string;
  /** (Default: the process.) */
  readonly events?: Pick<EventEmitter, 'on'>;
  /** (Default: process.exit.) */
  readonly exit?: (code: number) => void;
  /** The process that started us, if it was npm's; else always the same. */
  readonly parent?: () => number;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** npm passes Ctrl-C on to a process that has got it from the terminal already: those two are one. */
const ECHO_MS = 500;

/** npm ends at a SIGTERM without passing it on. Started without npm we may outlive whoever started us. */
const npmParent = (): number => (process.env['npm_lifecycle_event'] === undefined ? 0 : process.ppid);
const ORPHAN_CHECK_MS = 500;

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP (the terminal was closed), or when the npm that started us is gone, and
 * says so; the second signal exits with 130.
 */
export function listenForInterrupt({
  print,
  answer = 'Stopping; Ctrl-C again ends at once',
  events = process,
  exit = process.exit,
  parent = npmParent,
  now = () => performance.now(),
}: InterruptOptions): AbortSignal {
  const told = new AbortController();
  let firstAt = 0;
  const onSignal = (signal: string): void => {
    if (!told.signal.aborted) {
      firstAt = now();
      print(answer);
      told.abort(new Error(`Told to stop by ${signal}`));
    } else if (now() - firstAt >= ECHO_MS) {
      exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) events.on(signal, onSignal);
  const started = parent();
  const watch = setInterval(() => {
    if (parent() === started) return;
    clearInterval(watch);
    onSignal('the end of its parent');
  }, ORPHAN_CHECK_MS);
  watch.unref();
  return told.signal;
}
