/** The thread in which the shop's own code runs; see `startTransform`. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isPromise } from 'node:util/types';
import { parentPort, workerData } from 'node:worker_threads';
import { fingerprintOf } from './fingerprint.ts';

export interface TransformWork {
  readonly path: string;
  readonly fingerprint: string;
  /** Prints what the code prints and throws; a person asked for it. */
  readonly verbose: boolean;
}

/**
 * `failed` completes a sentence that begins with the module's name. It has nothing of the order; `thrown`, for a person
 * who asked for it, may.
 */
export type TransformAnswer = { readonly json: string } | { readonly failed: string; readonly thrown?: string };

const work = workerData as TransformWork;

type Anything = (order: unknown, context: unknown) => unknown;

async function load(): Promise<Anything | string> {
  try {
    if (fingerprintOf(work.path) !== work.fingerprint) return 'has changed since the start';
    const { transform } = (await import(pathToFileURL(work.path).href)) as { readonly transform?: unknown };
    return typeof transform === 'function' ? (transform as Anything) : 'exports no function named transform';
  } catch (error) {
    return `cannot be loaded: ${error instanceof Error ? `${error.name}: ${error.message}` : 'it threw no error'}`;
  }
}

function answer(transform: Anything, { order, context }: { order: unknown; context: unknown }): TransformAnswer {
  try {
    const result = transform(order, context);
    if (isPromise(result)) return { failed: 'returned a promise: it must not be async' };
    const json = JSON.stringify(result) as string | undefined;
    return json === undefined ? { failed: 'returned nothing' } : { json };
  } catch (error) {
    const failed = `threw ${nameOf(error)}${placeOf(error)}`;
    if (!work.verbose) return { failed };
    return { failed, thrown: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Never the message: it may quote the order. */
function nameOf(error: unknown): string {
  const name = error instanceof Error ? error.constructor.name : '';
  return /^\w{1,40}$/.test(name) ? name : 'something that is no error';
}

function placeOf(error: unknown): string {
  const frames = (error instanceof Error ? (error.stack ?? '') : '').split('\n').filter((each) => /^\s+at /.test(each));
  const [, line] = frames.join('\n').split(`${path.basename(work.path)}:`);
  const [number] = /^\d+/.exec(line ?? '') ?? [];
  return number === undefined ? '' : ` at line ${number}`;
}

function listen(loaded: Anything | string): void {
  if (typeof loaded === 'string') return parentPort?.postMessage({ failed: loaded } satisfies TransformAnswer);
  parentPort?.on('message', (request: { order: unknown; context: unknown }) =>
    parentPort?.postMessage(answer(loaded, request)),
  );
  parentPort?.postMessage({ json: '' } satisfies TransformAnswer);
}

if (!work.verbose) for (const stream of [process.stdout, process.stderr]) stream.write = () => true;
void load().then(listen);
