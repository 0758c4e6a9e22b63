import { Worker } from 'node:worker_threads';
import { PipelineError } from '@pipeline/streams';
import type { OrderForCreation } from '../orderForCreation.ts';
import type { TransformContext, TransformModule } from './transform.ts';
import type { TransformAnswer, TransformWork } from './transformWorker.ts';

export interface StartTransformOptions {
  /** Longest time for one order, in milliseconds: far more than a pure function needs. (Default: 1,000) */
  readonly limitMs?: number;
  /** Longest time for loading the module, in milliseconds. (Default: 30,000) */
  readonly loadMs?: number;
  /** Hears what the code prints and throws, which may be personal. (Default: nobody) */
  readonly print?: (text: string) => void;
}

/** The shop's own code, loaded. */
export interface RunningTransform extends AsyncDisposable {
  readonly name: string;
  /**
   * What it makes of an order, as JSON allows it; nothing of it is checked. One order at a time, others wait.
   * @throws PipelineError `permanent`, `transform-failed` or `transform-timeout`, that names the module and never the
   * order; `transient` when it cannot be loaded any more, or the signal ended the waiting. Always `notSent`.
   */
  run(order: OrderForCreation, context: TransformContext, signal?: AbortSignal): Promise<unknown>;
}

const LIMIT_MS = 1_000;
const LOAD_MS = 30_000;
/** A shop's code that needs more has a leak; the process must not die of it. */
const MOST_HEAP_MB = 128;
/** An endless loop is one every time; a thread that got no processor is fine in the next one. */
const TRIES = 2;

/**
 * Loads the module in a thread of its own: code that never returns, takes all memory, or ends its process stops nothing
 * else. A thread is ended when its time is over, and the next order has a new one. Not a sandbox: the code may do
 * whatever this process may do, but for its environment.
 * @throws Error that says why it cannot be loaded.
 */
export async function startTransform(
  module: TransformModule,
  options: StartTransformOptions = {},
): Promise<RunningTransform> {
  const { limitMs = LIMIT_MS, loadMs = LOAD_MS, print } = options;
  const { name } = module;
  let loading: Promise<Worker> | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  function load(): Promise<Worker> {
    const worker = createWorker({ path: module.path, fingerprint: module.fingerprint, verbose: !!print }, print);
    const mine = isLoaded(worker);
    worker.once('exit', () => {
      if (loading === mine) loading = undefined;
    });
    return mine;
  }

  async function isLoaded(worker: Worker): Promise<Worker> {
    const answer = await nextAnswer(worker, loadMs);
    if ('json' in answer) {
      // Who has nothing else to do may end.
      worker.unref();
      return worker;
    }
    await worker.terminate();
    throw new Error(`${name} ${'failed' in answer ? answer.failed : 'cannot be loaded: it does not come to an end'}.`);
  }

  async function transformed(order: OrderForCreation, context: TransformContext): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const worker = await (loading ??= load()).catch((error: Error) => {
        loading = undefined;
        throw toUnloadable(error);
      });
      const asked = nextAnswer(worker, limitMs);
      worker.postMessage({ order, context });
      const answer = await asked;
      if ('json' in answer) return JSON.parse(answer.json);
      if ('failed' in answer) {
        if (answer.thrown !== undefined) print?.(answer.thrown);
        throw toFailure('transform-failed', `${name} ${answer.failed}`);
      }
      await worker.terminate();
      loading = undefined;
      if (attempt < TRIES) continue;
      throw answer.ended === 'late'
        ? toFailure('transform-timeout', `${name} took longer than ${limitMs} ms`)
        : toFailure('transform-failed', `${name} ended its thread, or took more than ${MOST_HEAP_MB} MB`);
    }
  }

  await (loading = load());
  return {
    name,
    run(order, context, signal) {
      const mine = turn.then(() => {
        if (signal?.aborted) throw toTransient('transform-waited', `The order waited too long for ${name}.`);
        return transformed(order, context);
      });
      turn = mine.catch(() => undefined);
      return mine;
    },
    async [Symbol.asyncDispose]() {
      const worker = await loading?.catch(() => undefined);
      await worker?.terminate();
    },
  };
}

function createWorker(work: TransformWork, print: StartTransformOptions['print']): Worker {
  const worker = new Worker(new URL('transformWorker.ts', import.meta.url), {
    workerData: work,
    // What the services know of passwords is none of its business.
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
    stdout: true,
    stderr: true,
  });
  // Whoever waits hears of it by itself; without a listener it would end the process.
  worker.on('error', () => undefined);
  // Whoever reads them keeps the process running: without a reader the thread writes nothing.
  if (print) for (const stream of [worker.stdout, worker.stderr]) stream.setEncoding('utf8').on('data', print);
  return worker;
}

type Ending = { readonly ended: 'late' | 'stopped' };

/** `late`: nothing came in time. `stopped`: the thread has ended. */
function nextAnswer(worker: Worker, ms: number): Promise<TransformAnswer | Ending> {
  const { promise, resolve } = Promise.withResolvers<TransformAnswer | Ending>();
  const onMessage = (answer: TransformAnswer): void => resolve(answer);
  const onExit = (): void => resolve({ ended: 'stopped' });
  worker.once('message', onMessage).once('exit', onExit);
  // An answer that came while this thread was busy lies in the queue: it is heard first.
  const timer = setTimeout(() => setImmediate(() => resolve({ ended: 'late' })), ms);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.off('message', onMessage).off('exit', onExit);
  });
}

const toFailure = (code: string, what: string): PipelineError =>
  new PipelineError(
    'permanent',
    code,
    `The order cannot be sent to fulfillmenttools: ${what}. Correct the module, restart order-router, then redrive.`,
    { stage: 'map', notSent: true },
  );

const toTransient = (code: string, message: string): PipelineError =>
  new PipelineError('transient', code, message, { stage: 'map', notSent: true });

const toUnloadable = ({ message }: Error): PipelineError =>
  toTransient('transform-unloadable', `${message} It was loaded at the start: restart order-router.`);
