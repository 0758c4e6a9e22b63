import type { EventEmitter } from 'node:events';

export interface InterruptOptions {
  readonly print: (line: string) => void;
  /** (Default: the process.) */
  readonly events?: Pick<EventEmitter, 'on'>;
  /** (Default: process.exit.) */
  readonly exit?: (code: number) => void;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** npm passes Ctrl-C on to a process that has got it from the terminal already: those two are one. */
const ECHO_MS = 500;

/** Aborts at the first SIGINT or SIGTERM and says so; the second exits with 130 at once. */
export function listenForInterrupt({
  print,
  events = process,
  exit = process.exit,
  now = () => performance.now(),
}: InterruptOptions): AbortSignal {
  const told = new AbortController();
  let firstAt = 0;
  const onSignal = (signal: string): void => {
    if (!told.signal.aborted) {
      firstAt = now();
      print('Stopping; Ctrl-C again ends at once');
      told.abort(new Error(`Told to stop by ${signal}`));
    } else if (now() - firstAt >= ECHO_MS) {
      exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM']) events.on(signal, onSignal);
  return told.signal;
}
