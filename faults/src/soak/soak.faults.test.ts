import { afterAll, describe, expect, inject, it } from 'vitest';
import { createLogDirectory } from '../sandboxParts.ts';
import { describeSoak, runSoak } from './runSoak.ts';
import { keptSoaks } from './seeds.ts';

const logs = await createLogDirectory({ kept: false });
afterAll(() => logs.close({ keep: false }));

// The glob of the unit tests takes this file as well; there is no broker there.
describe.runIf((inject('brokers') as string[] | undefined) !== undefined)('a short soak', () => {
  for (const { why, heldBy: _, ...soak } of keptSoaks)
    it(`loses nothing, makes nothing twice and takes nothing back, whatever strikes: seed ${soak.seed}, ${why}`, {
      timeout: 600_000,
    }, async () => {
      const lines: string[] = [];
      const result = await runSoak({
        ...soak,
        calmMs: 240_000,
        broker: { brokers: inject('brokers'), registryUrl: inject('registryUrl') },
        logs: logs.path,
        log: (line) => lines.push(line),
      });
      expect(result.clean, [...lines, ...describeSoak(result)].join('\n')).toBe(true);
      expect(result).toMatchObject({ orders: soak.orders, ended: soak.orders, replay: { posts: 0, updates: 0 } });
      expect(result.compared.deliveries).toBeGreaterThan(0);
      expect(Object.keys(result.strikes).length).toBeGreaterThan(2);
    });
});
