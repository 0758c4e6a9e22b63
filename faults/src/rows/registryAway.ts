import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createRegistry, registerSchemas, subjectOf } from '@pipeline/cli';
import { serviceNames } from '@pipeline/sandbox';
import { topics } from '@pipeline/schemas';
import { defineRow } from '../row.ts';
import type { Member } from '../world/member.ts';
import type { World } from '../world/world.ts';

/** Why it is not ready, as it says itself. */
const reasonsOf = async ({ opsUrl }: Member): Promise<string> => (await fetch(`${opsUrl}/readyz`)).text();

export const coldWithoutRegistry = defineRow({
  row: 20,
  title:
    'the registry is away at the start → what needs it is not ready, says why and does not end; notifications land all the same',
  level: 'process',
  invariants: ['I1', 'I11'],
  ci: { orders: 20, lastsMs: 2_500 },
  full: { orders: 1_000, lastsMs: 60_000 },
  atLeast: { orders: 20, landed: 20, tries: 2 },
  async run(world, { orders, lastsMs }) {
    const cut = ['registry'] as const;
    const router = await world.start('order-router', { cut, waits: false });
    const ingest = await world.start('ingest-ct', { cut });
    await world.place(orders);
    await world.until('all has landed', async () => (await landedBy(ingest)) >= orders);
    await sleep(lastsMs);
    world.claim('I11', 'readiness of the router', 503, await router.readiness());
    world.claim('I11', 'it says why', true, (await reasonsOf(router)).includes('fetching the schemas'));
    world.claim('I11', 'readiness of what lands', 200, await ingest.readiness());
    for (const member of [router, ingest]) world.claim('I11', `${member.name} runs`, true, member.running);
    world.claim('I2', 'orders at fulfillmenttools', 0, await world.providerOrders());
    const tries = router.lines.registry.refused;
    for (const { lines } of [router, ingest]) lines.registry.set('open');
    await world.untilPlaced();
    await router.untilReady();
    return { landed: await landedBy(ingest), tries };
  },
});

const landedBy = async (ingest: Member): Promise<number> =>
  (await ingest.metrics()).sum('pipeline_notifications_landed_total');

export const warmWithoutRegistry = defineRow({
  row: 21,
  title: 'the registry goes away when all schemas are known → every service works on',
  level: 'process',
  invariants: ['I1', 'I4'],
  ci: { orders: 20 },
  full: { orders: 1_000 },
  atLeast: { orders: 20, without: 10 },
  fulfillmenttools: { stepMs: 10 },
  async run(world, { orders }) {
    const members = await Promise.all(serviceNames.map((name) => world.start(name)));
    await world.place(orders / 2, { confirmedAtOnce: true });
    await untilOver(world);
    for (const { lines } of members) lines.registry.set('cut');
    const without = await world.place(orders / 2, { confirmedAtOnce: true });
    await untilOver(world);
    for (const name of serviceNames) await world.untilRead(name);
    for (const member of members) world.claim('I11', `readiness of ${member.name}`, 200, await member.readiness());
    world.claim('I5', 'dead letters', 0, await world.kafka.deadLetters());
    return { without: without.length };
  },
});

const untilOver = (world: World): Promise<void> =>
  world.until('every order is shipped or collected', async () =>
    (await world.commercetools.orders()).every(({ shipmentState = '' }) =>
      ['Shipped', 'Delivered'].includes(shipmentState),
    ),
  );

const run = promisify(execFile);

/** What a deployment does before it starts anything. */
async function checkBeforeDeploy({ target }: World): Promise<{ readonly code: number; readonly said: string }> {
  const main = fileURLToPath(new URL('../../../packages/cli/src/schemas.ts', import.meta.url));
  const env = { PATH: process.env['PATH'], SCHEMA_REGISTRY_URL: target.registryUrl, TOPIC_PREFIX: target.prefix };
  try {
    const { stdout, stderr } = await run(process.execPath, [main, 'check'], { env });
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
}

export const incompatibleSchema = defineRow({
  row: 22,
  title:
    'the registry has a schema that ours may not follow → the check before a deployment fails and names subject and field, a service is not ready and names the subject',
  level: 'process',
  invariants: ['I11'],
  ci: { orders: 10 },
  full: { orders: 200 },
  atLeast: { orders: 10, refusals: 2 },
  async run(world, { orders }) {
    const registry = createRegistry(world.target);
    const topic = topics.commerceOrders;
    const subject = subjectOf(world.prefix, topic);
    let before = await checkBeforeDeploy(world);
    // A busy registry may not answer; what it refuses, it refuses again.
    if (before.code !== 0) before = await checkBeforeDeploy(world);
    world.claim('I11', 'what the check says against what fits', '', before.code === 0 ? '' : before.said);
    await registry.remove(subject);
    const fields = [{ name: 'orderId', type: 'long' }];
    await registry.register(subject, { type: 'record', name: 'CommerceOrderEvent', namespace: 'pipeline', fields });
    const { code, said } = await checkBeforeDeploy(world);
    world.claim('I11', 'the check names the subject', true, code === 1 && said.includes(`${subject}: incompatible`));
    // The registry names what is missing; what has changed it gives by its place.
    world.claim('I11', 'and the fields', true, said.includes('eventId at /fields/') && said.includes('/fields/4/type'));
    const router = await world.start('order-router', { waits: false });
    await world.start('ingest-ct');
    await world.place(orders);
    await world.until('the router says why', async () => (await reasonsOf(router).catch(() => '')).includes(subject));
    world.claim('I11', 'readiness of the router', 503, await router.readiness());
    world.claim('I2', 'orders at fulfillmenttools', 0, await world.providerOrders());
    await registry.remove(subject);
    await registerSchemas(world.target);
    await world.untilPlaced();
    await router.untilReady();
    return { refusals: code === 1 ? 2 : 0 };
  },
});
