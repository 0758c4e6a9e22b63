import type { EventEmitter } from 'node:events';
import type { Logger } from './logging/logger.ts';

/** In this order. Within a phase steps run in the order in which they were added. */
export const shutdownPhases = ['stop', 'drain', 'commit', 'leave', 'close'] as const;

export type ShutdownPhase = (typeof shutdownPhases)[number];

export interface Shutdown {
  /** Aborts when the shutdown begins. */
  readonly signal: AbortSignal;
  /**
   * Adds a step. stop: take no new work. drain: let what is in flight finish. commit: offsets. leave: the group.
   * close: producers, servers. A step that fails is logged; the others run all the same, and the exit code is 1.
   */
  on(phase: ShutdownPhase, name: string, step: () => Promise<void> | void): void;
  /** Begins it as a signal would, e.g. after a fatal error; resolves when it is over. */
  begin(reason: string, exitCode?: number): Promise<void>;
  /** Takes the listeners off the process, for tests. */
  dispose(): void;
}

export interface ShutdownOptions {
  readonly logger: Pick<Logger, 'info' | 'error'>;
  /** Milliseconds for all steps together. */
  readonly graceMs: number;
  /** (Default: the process.) */
  readonly events?: Pick<EventEmitter, 'on' | 'off'>;
  /** (Default: process.exit.) */
  readonly exit?: (code: number) => void;
}

interface Step {
  readonly phase: ShutdownPhase;
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

/**
 * SIGTERM and SIGINT run the steps and exit with 0; with 1 when one failed or the grace period ran out. A second signal
 * exits at once with 1, and so does an uncaught exception or unhandled rejection: the state of the process is then not
 * known, and everything it had in hand is done again elsewhere.
 */
export function createShutdown({ logger, graceMs, events = process, exit = process.exit }: ShutdownOptions): Shutdown {
  const steps: Step[] = [];
  const controller = new AbortController();
  let running: Promise<void> | undefined;
  let current = 'none';

  const runSteps = async (): Promise<boolean> => {
    let clean = true;
    for (const step of shutdownPhases.flatMap((phase) => steps.filter((candidate) => candidate.phase === phase))) {
      current = `${step.phase}: ${step.name}`;
      try {
        await step.run();
      } catch (error) {
        clean = false;
        logger.error('shutdown step failed', { step: current, error });
      }
    }
    return clean;
  };

  const runWithin = async (exitCode: number): Promise<void> => {
    const started = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, graceMs, 'late');
    });
    const result = await Promise.race([runSteps(), late]);
    clearTimeout(timer);
    const durationMs = Math.round(performance.now() - started);
    if (result === 'late') {
      logger.error('shutdown did not finish within the grace period', { step: current, durationMs, exitCode: 1 });
      return exit(1);
    }
    const code = result ? exitCode : 1;
    logger.info('stopped', { durationMs, exitCode: code });
    exit(code);
  };

  const begin = (reason: string, exitCode = 0): Promise<void> => {
    if (running === undefined) {
      logger.info('stopping', { reason });
      controller.abort(new Error(`shutting down: ${reason}`));
      running = runWithin(exitCode);
    }
    return running;
  };

  const onSignal = (signal: string): void => {
    if (running !== undefined) {
      logger.error('second signal, exiting at once', { signal, step: current, exitCode: 1 });
      return exit(1);
    }
    void begin(signal);
  };
  const onFatal = (error: unknown): void => {
    logger.error('unexpected error, exiting at once', { error, exitCode: 1 });
    exit(1);
  };

  const listeners = [
    ['SIGTERM', onSignal],
    ['SIGINT', onSignal],
    ['uncaughtException', onFatal],
    ['unhandledRejection', onFatal],
  ] as const;
  for (const [event, listener] of listeners) events.on(event, listener);

  return {
    signal: controller.signal,
    on: (phase, name, run) => void steps.push({ phase, name, run }),
    begin,
    dispose: () => {
      for (const [event, listener] of listeners) events.off(event, listener);
    },
  };
}
