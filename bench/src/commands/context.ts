import type { Broker } from '@pipeline/sandbox';
import type { Log } from '../load/kafka.ts';
import type { BenchOptions } from '../options.ts';
import type { Vendor } from '../vendor/startVendor.ts';

/** What a command works with. */
export interface BenchContext {
  readonly options: BenchOptions;
  readonly broker: Broker;
  readonly vendor: Vendor;
  readonly log: Log;
  /** Directory for the logs of the programs. */
  readonly logs: string;
}

/** The figures of a command, as they are printed. */
export type Figures = Readonly<Record<string, unknown>>;
