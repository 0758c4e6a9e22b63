import type { Broker } from '@pipeline/sandbox';
import { check } from './checker/check.ts';
import type { Violation } from './checker/history.ts';
import type { ProcessRow, Row, Work } from './row.ts';
import { createWorld, type World } from './world/world.ts';

export interface RowResult extends Pick<Row, 'row' | 'title' | 'level'> {
  readonly seed: number;
  readonly seconds: number;
  readonly passed: boolean;
  readonly work: Work;
  readonly violations: readonly Violation[];
  /** Why it did not come to its end; null: it did. */
  readonly problem: string | null;
}

export interface RunRow {
  readonly broker: Omit<Broker, 'kind' | 'stop'>;
  readonly seed: number;
  readonly full: boolean;
  /** Directory for the logs of the members. */
  readonly logs: string;
  readonly log: (line: string) => void;
}

/**
 * Runs a row in a world of its own and judges its history. Nothing runs any more when it resolves; `tidied` resolves
 * when its topics and groups are gone too.
 */
export async function runRow(
  row: ProcessRow,
  options: RunRow,
): Promise<RowResult & { readonly tidied: Promise<void> }> {
  const { broker, seed, full, logs, log } = options;
  const startedAt = performance.now();
  const scale = { times: 1, lastsMs: 0, ...(full ? row.full : row.ci) };
  const result = { row: row.row, title: row.title, level: row.level, seed };
  const seconds = () => Math.round((performance.now() - startedAt) / 100) / 10;
  let world: World | undefined;
  try {
    world = await createWorld({
      broker,
      run: `${row.row}-${Date.now().toString(36)}`,
      seed,
      logs,
      log,
      ...(row.settings ? { settings: row.settings } : {}),
      ...(row.fulfillmenttools ? { fulfillmenttools: row.fulfillmenttools } : {}),
    });
    const done = await row.run(world, scale);
    const work = { orders: world.placed.length, ...done };
    const violations = check(await world.conclude());
    const problem = tooLittle(work, row.atLeast);
    const passed = violations.length === 0 && problem === null;
    return { ...result, seconds: seconds(), passed, work, violations, problem, tidied: tidy(world) };
  } catch (error) {
    const problem = (error as Error).message;
    const tidied = world ? tidy(world) : Promise.resolve();
    return { ...result, seconds: seconds(), passed: false, work: {}, violations: [], problem, tidied };
  } finally {
    await world?.close();
  }
}

/** Not before what runs has been ended. */
const tidy = async (world: World): Promise<void> => {
  await world.close();
  await world.tidy();
};

/** undefined in `work` counts as 0. */
export function tooLittle(work: Work, atLeast: Work): string | null {
  const missing = Object.entries(atLeast).filter(([name, least]) => !((work[name] ?? 0) >= least));
  if (missing.length === 0) return null;
  return `too little was done: ${missing.map(([name, least]) => `${name} ${work[name] ?? 0}, at least ${least}`).join('; ')}`;
}
