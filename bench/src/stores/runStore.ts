import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const candidates = ['map', 'map-of-slabs', 'slabs', 'lmdb', 'classic-level', 'node:sqlite'] as const;

export interface StoreRun {
  readonly candidate: (typeof candidates)[number];
  /** `fill` writes into an empty directory; `reopen` opens what that left. */
  readonly phase: 'fill' | 'reopen';
  readonly orders: number;
  readonly directory: string;
  /** File with the encoded values, as JSON. */
  readonly samples: string;
}

interface Memory {
  readonly rssMb: number;
  /** Without pages of files, which the system takes back when it needs them. */
  readonly ownMb: number;
  readonly peakMb: number;
}

/** Of the clock, and of all threads' work: the latter depends least on what else the machine does. */
export interface Duration {
  readonly seconds: number;
  readonly cpu: number;
}

export interface FillFigures {
  readonly empty: Memory;
  readonly filled: Duration;
  readonly after: Memory;
  readonly read: Duration;
  readonly afterRead: Memory;
  readonly updated: Duration;
  readonly updates: number;
  readonly closed: Duration;
}

export interface ReopenFigures {
  readonly opened: Duration;
  readonly after: Memory;
  readonly read: Duration;
  readonly afterRead: Memory;
}

/** @returns FillFigures or ReopenFigures, as the phase is. @throws Error with what the process said. */
export async function runStore<Figures>(run: StoreRun): Promise<Figures> {
  const program = fileURLToPath(new URL('store.main.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program, JSON.stringify(run)]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Figures;
}
