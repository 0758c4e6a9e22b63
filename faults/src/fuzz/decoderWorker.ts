/** Decodes in a thread of its own: whoever started it sees from `progress` when one input takes for ever. */
import { parentPort, workerData } from 'node:worker_threads';
import { createInputs } from './inputs.ts';
import { runDecoders } from './runDecoders.ts';
import { readSamples } from './samples.ts';

export interface DecoderWork {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  /** Holds the number of the present input. */
  readonly progress: Int32Array<SharedArrayBuffer>;
}

// Most inputs are refused: the place where is wanted, the way there costs more than the decoding.
Error.stackTraceLimit = 1;

const { seed, from, to, progress } = workerData as DecoderWork;
const make = createInputs(seed, readSamples());
const onInput = (index: number): void => void Atomics.store(progress, 0, index);
parentPort?.postMessage(runDecoders({ make, from, to, onInput }));
