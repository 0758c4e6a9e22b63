import type { Broker } from '@pipeline/sandbox';
import type { SimulatorOptions } from '@pipeline/simulator-fulfillmenttools';
import type { KeepRecord } from './dump.ts';
import type { KeepBody } from './relay.ts';

export interface WorldOptions {
  readonly broker: Omit<Broker, 'kind' | 'stop'>;
  /** Distinguishes runs: in names of topics and numbers of orders. */
  readonly run: string;
  readonly seed: number;
  /** Directory for the logs of the members. */
  readonly logs: string;
  readonly log: (line: string) => void;
  readonly settings?: Readonly<Record<string, string>>;
  readonly fulfillmenttools?: SimulatorOptions;
  /** What ingest-fft subscribes to. (Default: what the first release knew) */
  readonly events?: readonly string[];
  /** What is kept of deliveries and records, for runs with more than memory. (Default: all) */
  readonly keep?: { readonly body: KeepBody; readonly record: KeepRecord };
  /** (Default: 6) */
  readonly partitions?: number;
}
