import { randomInt } from 'node:crypto';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { describeResult } from './report.ts';
import type { ProcessRow } from './row.ts';
import { rows } from './rows/index.ts';
import { lateIndex } from './rows/unknownOutcome.ts';
import { type RunRow, runRow } from './runRow.ts';
import { createLogDirectory } from './sandboxParts.ts';

const seed = Number(process.env['FAULTS_SEED'] ?? randomInt(2 ** 32));
const logs = await createLogDirectory({ kept: false });
const tidied: Promise<void>[] = [];
afterAll(async () => {
  await Promise.all(tidied);
  await logs.close({ keep: false });
});

async function run(row: ProcessRow) {
  const broker: RunRow['broker'] = { brokers: inject('brokers'), registryUrl: inject('registryUrl') };
  const result = await runRow(row, { broker, seed, full: false, logs: logs.path, log: () => undefined });
  tidied.push(result.tidied);
  return result;
}

// The glob of the unit tests takes this file as well; there is no broker there.
describe.runIf((inject('brokers') as string[] | undefined) !== undefined)(`with seed ${seed}`, () => {
  for (const row of rows) {
    if (row.level !== 'process') continue;
    it(`row ${row.row}: ${row.title}`, async () => {
      const result = await run(row);
      expect(result.passed, describeResult(result).join('\n')).toBe(true);
    });
  }

  it('a duplicate is seen when there is one: here the router is told that the index is never late', async () => {
    const settings = { INDEX_LAG_MS: '1', SERVER_LIMIT_MS: '1' };
    const liar: ProcessRow = {
      ...lateIndex,
      settings,
      run: async (world, { orders }) => {
        await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
        await world.control('fulfillmenttools', '/settings', { indexLagMs: 60_000 });
        await world.spoil('fulfillmenttools', {
          method: 'POST',
          route: '/api/orders',
          when: 'after',
          delayMs: 30_000,
          count: 2,
        });
        await world.place(orders);
        await world.untilPlaced();
        return { late: 2, lookUps: 4 };
      },
    };
    const result = await run(liar);
    expect(result.violations.map(({ invariant, expected }) => `${invariant} ${expected}`)).toEqual(
      Array(2).fill('I2 at most one order at fulfillmenttools'),
    );
    expect(result.passed).toBe(false);
  });
});
