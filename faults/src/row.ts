import type { SimulatorOptions } from '@pipeline/simulator-fulfillmenttools';
import type { Invariant } from './checker/history.ts';
import type { World } from './world/world.ts';

/** How much a row does. */
export interface Scale {
  /** Or of channels, where the row is about them. */
  readonly orders: number;
  /** Of what lasts in the row, e.g. an outage, in milliseconds. */
  readonly lastsMs?: number;
  /** How often the fault strikes. (Default: 1) */
  readonly times?: number;
}

/** What was done, by name: a row that did nothing proves nothing. */
export type Work = Readonly<Record<string, number>>;

interface RowBase {
  /** Number in the fault matrix. */
  readonly row: number;
  /** The fault, and what is expected. */
  readonly title: string;
  readonly invariants: readonly [Invariant, ...Invariant[]];
}

/** Child processes on the real broker. */
export interface ProcessRow extends RowBase {
  readonly level: 'process';
  /** In CI: over within ten seconds. */
  readonly ci: Required<Pick<Scale, 'orders'>> & Scale;
  /** With --full. */
  readonly full: Scale;
  /** The least that must have been done. `orders` is what the row placed. */
  readonly atLeast: Work;
  readonly settings?: Readonly<Record<string, string>>;
  /** With --full it gets a broker of its own, which it may end and start again. (Default: false) */
  readonly restartsBroker?: boolean;
  /** Switches of the fulfillmenttools simulator. */
  readonly fulfillmenttools?: SimulatorOptions;
  readonly run: (world: World, scale: Required<Scale>) => Promise<Work>;
}

/** Proven by tests beside the source. */
export interface TestRow extends RowBase {
  readonly level: 'unit' | 'int';
  readonly tests: readonly [NamedTest, ...NamedTest[]];
}

export interface NamedTest {
  /** From the root of the repository. */
  readonly file: string;
  /** Title of the test or of its `describe`, or a part of it that no other of the file has. */
  readonly name: string;
}

export type Row = ProcessRow | TestRow;

export const defineRow = <Defined extends Row>(row: Defined): Defined => row;
