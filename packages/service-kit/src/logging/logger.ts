import { setImmediate } from 'node:timers';
import { type DestinationStream, pino } from 'pino';
import { describeError } from './describeError.ts';
import { type LogField, logFields } from './fields.ts';
import { scrub } from './scrub.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** `error` takes anything thrown. */
export type LogEntry = { readonly [Field in LogField]?: unknown } & { readonly error?: unknown };

/** One line per outcome: a constant text, and everything that varies in fields. */
export interface Logger {
  debug(message: string, entry?: LogEntry): void;
  info(message: string, entry?: LogEntry): void;
  warn(message: string, entry?: LogEntry): void;
  error(message: string, entry?: LogEntry): void;
  /** A logger whose lines carry these fields too. */
  child(entry: LogEntry): Logger;
}

export interface LoggerOptions {
  readonly service: string;
  readonly version: string;
  readonly level: LogLevel;
  /**
   * (Default: standard output. The lines of a turn of the event loop are one write; an exit leaves none behind, a SIGKILL
   * those of its turn.)
   */
  readonly destination?: DestinationStream;
}

const allowed: ReadonlySet<string> = new Set(logFields);

/**
 * Logger of JSON lines: `time` (ISO 8601), `level`, `service`, `version`, `message` and allow-listed fields. A field that
 * is not on the list, or whose value is not a plain one, is dropped and named in `droppedFields`; its value is nowhere.
 */
export function createLogger({ service, version, level, destination }: LoggerOptions): Logger {
  const lines = pino(
    {
      level,
      base: { service, version },
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? standardOutput(),
  );
  const withStack = level === 'debug';

  const over = (inherited: Readonly<Record<string, unknown>>): Logger => {
    const at =
      (name: LogLevel) =>
      (message: string, entry: LogEntry = {}): void => {
        if (lines.isLevelEnabled(name)) lines[name](toLine({ ...inherited, ...entry }, withStack), scrub(message));
      };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: (entry) => over({ ...inherited, ...entry }),
    };
  };
  return over({});
}

let output: DestinationStream | undefined;

/** So much, in UTF-16 units, waits for the end of the turn at most. */
const MOST_WAITING = 65_536;

/**
 * One for all loggers. Each line on its own would be a system call, 4 % of what a busy router does. An output that cannot
 * be written ends the process, but for a pipe that nobody reads any more.
 */
function standardOutput(): DestinationStream {
  if (output) return output;
  const sink = pino.destination({ fd: 1, sync: true });
  let lines = '';
  let ending = false;
  const flush = () => {
    const block = lines;
    lines = '';
    if (block !== '') sink.write(block);
  };
  process.on('exit', () => {
    ending = true;
    flush();
  });
  output = {
    write(line) {
      if (lines === '' && !ending) setImmediate(flush);
      lines += line;
      if (ending || lines.length > MOST_WAITING) flush();
    },
  };
  return output;
}

function toLine(entry: Readonly<Record<string, unknown>>, withStack: boolean): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(entry)) {
    if (value === undefined) continue;
    const shown =
      name === 'error' ? describeError(value, withStack) : allowed.has(name) ? toPlain(name, value) : undefined;
    if (shown === undefined) dropped.push(/^[A-Za-z_][\w.-]{0,40}$/.test(name) ? name : '?');
    else line[name] = shown;
  }
  if (dropped.length > 0) line['droppedFields'] = dropped;
  return line;
}

/** undefined: not a value that a line may carry. */
function toPlain(name: string, value: unknown): unknown {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string')
    return scrub(name === 'path' || name === 'url' ? value.replace(/[?#].*$/s, '') : value);
  if (name === 'settings' && typeof value === 'object') return toTexts(Object.entries(value));
  if (Array.isArray(value) && value.every((part) => typeof part === 'string' || typeof part === 'number')) {
    return value.slice(0, 50).map((part) => (typeof part === 'string' ? scrub(part) : part));
  }
  return undefined;
}

/** For the result of `describeSettings`. */
function toTexts(entries: readonly [string, unknown][]): Record<string, string> {
  return Object.fromEntries(
    entries.filter(([, value]) => typeof value === 'string').map(([name, value]) => [name, scrub(String(value))]),
  );
}
