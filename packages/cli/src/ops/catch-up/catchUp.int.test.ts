import { topics } from '@pipeline/schemas';
import { createCommercetoolsSimulator } from '@pipeline/simulator-commercetools';
import { expect, test } from 'vitest';
import { withTopics } from '../../../../../sandbox/src/testing/index.ts';
import { command, contentOf, shopSettings } from '../testing/command.ts';

const topic = topics.commercetoolsNotifications;

test('a time is read once into the topic of the notifications; a dry run changes nothing', async () => {
  await using simulator = await startSimulator(30);
  await withTopics({ topics: [topic] }, async (kafka) => {
    const settings = shopSettings(simulator.url, { clientId: 'simulator-client', clientSecret: 'simulator-secret' });
    const run = (line: string) => command(kafka, line, { settings });
    const landed = () => contentOf(kafka, topic);
    const all = `catch-up commercetools --since 1h --until ${new Date().toISOString().slice(0, 19)}Z --rate 1000/s`;

    const dry = await run(`${all} --dry-run --json`);
    expect(dry.code).toBe(0);
    expect(JSON.parse(dry.out)).toMatchObject({
      read: 30,
      distinct: 30,
      orders: 30,
      written: 0,
      dryRun: true,
    });
    expect(await landed()).toEqual([]);

    const real = await run(all);
    expect([real.code, real.out]).toEqual([0, expect.stringContaining('30 notifications written')]);
    const messages = await landed();
    expect(messages.map(({ key }) => key).sort()).toEqual(simulator.ids);
    expect(new Set(messages.map(({ headers }) => headers['origin']))).toEqual(new Set(['catch-up']));
    const orders = await run(`${all} --from orders --json`);
    expect(JSON.parse(orders.out)).toMatchObject({ from: 'orders', read: 30, written: 30 });
    await expect(run('catch-up commercetools --since 30d --until 20d --from orders')).resolves.toMatchObject({
      code: 0,
    });
  });
});

/** With orders that were made an hour to half an hour ago. */
async function startSimulator(count: number) {
  let now = Date.now() - 1_800_000;
  const simulator = createCommercetoolsSimulator({ projectKey: 'shop', now: () => now });
  const url = await simulator.listen();
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    now += 1_000;
    const body = JSON.stringify({ orderState: 'Confirmed' });
    const answer = await fetch(`${url}/_sim/orders`, { method: 'POST', body });
    ids.push(((await answer.json()) as { id: string }).id);
  }
  return { url, ids: ids.sort(), [Symbol.asyncDispose]: () => simulator.close() };
}
