import { once } from 'node:events';
import { deadLetterTopics, replayTopics, topics } from '@pipeline/schemas';
import { createCommercetoolsSimulator } from '@pipeline/simulator-commercetools';
import { afterEach, expect, test } from 'vitest';
import { aDemoOrder } from '../../../sandbox/src/demoOrders.ts';
import { createKafkaView, type TopicMessage } from '../../../sandbox/src/kafkaView.ts';
import { type TestTopics, withTopics } from '../../../sandbox/src/testing/index.ts';
import { killPrograms, startService } from './testing/ingestProgram.ts';

const secret = 'secret-of-the-test-0123456789-0123456789';
const poll = { timeout: 90_000, interval: 500 };

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  await killPrograms();
  for (const step of cleanup.splice(0).reverse()) await step();
});

const used = {
  topics: [
    topics.commercetoolsNotifications,
    replayTopics.commercetoolsNotifications,
    topics.commerceOrders,
    topics.pipelineWatermarks,
    deadLetterTopics['ingest-ct'],
  ],
};

async function startShop({ messagesEnabled = true }: { messagesEnabled?: boolean } = {}) {
  const simulator = createCommercetoolsSimulator({ projectKey: 'shop', messagesEnabled });
  const url = await simulator.listen();
  cleanup.push(() => simulator.close());
  const control = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${url}/_sim${path}`, { method: 'POST', body: JSON.stringify(body) });
    expect(answer.status).toBeLessThan(300);
    return (await answer.json()) as Record<string, unknown>;
  };
  let placed = 0;
  const place = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const { body } = aDemoOrder(n, `CATCHUP-${placed++}`);
      ids.push(String((await control('/orders', { ...body, orderState: 'Confirmed' }))['id']));
    }
    return ids.sort();
  };
  /** A subscription whose notifications nobody takes. */
  const subscribe = async (key: string): Promise<void> => {
    const basic = Buffer.from('simulator-client:simulator-secret').toString('base64');
    const token = await fetch(`${url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token: bearer } = (await token.json()) as { access_token: string };
    const destination = { type: 'SNS', topicArn: 'arn:1', authenticationMode: 'IAM' };
    const body = JSON.stringify({ key, destination, messages: [{ resourceTypeId: 'order' }] });
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
    const made = await fetch(`${url}/shop/subscriptions`, { method: 'POST', headers, body });
    expect(made.status).toBe(201);
  };
  return { url, control, place, subscribe };
}

const settingsOf = (url: string, registryUrl: string) => ({
  SCHEMA_REGISTRY_URL: registryUrl,
  CT_PUSH_SECRET: secret,
  CTP_PROJECT_KEY: 'shop',
  CTP_CLIENT_ID: 'simulator-client',
  CTP_CLIENT_SECRET: 'simulator-secret',
  CTP_API_URL: url,
  CTP_AUTH_URL: url,
  CATCH_UP_EVERY_MS: '1s',
  CATCH_UP_LAG_MS: '500ms',
  CATCH_UP_MAX_RATE: '200',
  KAFKA_SESSION_TIMEOUT_MS: '6s',
});

async function read({ brokers, prefix }: TestTopics, topic: { readonly name: string }): Promise<TopicMessage[]> {
  const view = await createKafkaView({ brokers }, prefix);
  try {
    return await view.messages(topic.name);
  } finally {
    await view.close();
  }
}

const keysOf = (messages: readonly TopicMessage[]): string[] =>
  [...new Set(messages.map(({ key }) => String(key)))].sort();

test('orders whose notifications were dropped become events, as those that were not', async () => {
  await withTopics(used, async (kafka) => {
    const shop = await startShop();
    const { url, lines } = await startService(kafka, settingsOf(shop.url, kafka.registryUrl));
    await shop.control('/push-targets', { url, headers: { authorization: `Bearer ${secret}` } });
    await shop.control('/delivery', { lost: 0.5 });
    const ids = await shop.place(12);
    await expect.poll(async () => keysOf(await read(kafka, topics.commerceOrders)), poll).toEqual(ids);
    const events = await read(kafka, topics.commerceOrders);
    const origins = Map.groupBy(events, ({ headers }) => headers['origin']);
    const live = new Set(keysOf(origins.get('live') ?? []));
    expect(live.size).toBeGreaterThan(0);
    expect(live.size).toBeLessThan(12);
    expect(keysOf(origins.get('catch-up') ?? [])).toEqual(expect.arrayContaining(ids.filter((id) => !live.has(id))));
    const raw = await read(kafka, topics.commercetoolsNotifications);
    const caught = raw.find(({ headers }) => headers['origin'] === 'catch-up');
    expect(JSON.parse(String(caught?.value))).toMatchObject({
      notificationType: 'Message',
      projectKey: 'shop',
      type: 'OrderCreated',
      resource: { typeId: 'order', id: caught?.key },
    });
    expect(lines.some(({ message }) => message === 'catching up')).toBe(true);
    expect(await read(kafka, deadLetterTopics['ingest-ct'])).toEqual([]);
  });
}, 300_000);

test('without messages the orders themselves are read; with them off, that is said plainly', async () => {
  await withTopics(used, async (kafka) => {
    const shop = await startShop({ messagesEnabled: false });
    const settings = settingsOf(shop.url, kafka.registryUrl);
    const ids = await shop.place(3);
    const { lines, opsUrl } = await startService(kafka, { ...settings, OPS_PORT: '0' }, 'catching up');
    const failure = () => lines.find(({ message }) => message === 'catch-up failed, will try again');
    await expect.poll(failure, poll).toMatchObject({ error: { code: 'messages-off' } });
    expect(JSON.stringify(failure())).toContain('CT_CATCH_UP=orders');
    const metrics = await (await fetch(`${opsUrl}/metrics`)).text();
    expect(metrics).toMatch(/pipeline_catch_up_errors_total\{[^}]*code="messages-off"[^}]*\} [1-9]/);
    await killPrograms();
    await startService(kafka, { ...settings, CT_CATCH_UP: 'orders' }, 'catching up');
    await expect.poll(async () => keysOf(await read(kafka, topics.commerceOrders)), poll).toEqual(ids);
  });
}, 300_000);

test('what was lost while the subscription had stopped is read once more when it is well again, whatever the schedule', async () => {
  await withTopics(used, async (kafka) => {
    const shop = await startShop();
    await shop.subscribe('orders');
    const { lines } = await startService(
      kafka,
      {
        ...settingsOf(shop.url, kafka.registryUrl),
        CATCH_UP_EVERY_MS: '1d',
        CT_SUBSCRIPTION_KEY: 'orders',
        CT_SUBSCRIPTION_EVERY_MS: '1s',
      },
      'catching up',
    );
    const statusIs = (status: string) =>
      expect
        .poll(() => lines.findLast(({ message }) => message === 'status of the subscription')?.['status'], poll)
        .toBe(status);
    await statusIs('Healthy');
    await shop.control('/subscriptions/orders/status', { status: 'ConfigurationErrorDeliveryStopped' });
    await statusIs('ConfigurationErrorDeliveryStopped');
    const ids = await shop.place(3);
    await shop.control('/subscriptions/orders/status', { status: 'Healthy' });
    await statusIs('Healthy');
    expect(await read(kafka, topics.commercetoolsNotifications)).toEqual([]);
    // A new subscription is effective after a minute: until then the time counts as lost.
    const slow = { timeout: 150_000, interval: 1_000 };
    await expect.poll(async () => keysOf(await read(kafka, topics.commerceOrders)), slow).toEqual(ids);
    const raw = await read(kafka, topics.commercetoolsNotifications);
    expect(new Set(raw.map(({ headers }) => headers['origin']))).toEqual(new Set(['catch-up']));
    await expect
      .poll(() => lines.find(({ message }) => message === 'caught up'), poll)
      .toMatchObject({ reason: 'subscription-recovered' });
  });
}, 300_000);

test('one of two processes catches up; when it dies the other goes on where it was', async () => {
  await withTopics(used, async (kafka) => {
    const shop = await startShop();
    const settings = { ...settingsOf(shop.url, kafka.registryUrl), ROLES: 'catch-up' };
    const first = await shop.place(5);
    const processes = [
      await startService(kafka, settings, 'listening for probes'),
      await startService(kafka, settings, 'listening for probes'),
    ];
    const running = async () => {
      const texts = await Promise.all(processes.map(async ({ opsUrl }) => (await fetch(`${opsUrl}/metrics`)).text()));
      return texts.map((text) => /pipeline_catch_up_running\{[^}]*\} (\d)/.exec(text)?.[1]);
    };
    const raw = () => read(kafka, topics.commercetoolsNotifications);
    await expect.poll(async () => keysOf(await raw()), poll).toEqual(first);
    const last = async () =>
      (await read(kafka, topics.pipelineWatermarks)).findLast(({ key }) => key === 'commercetools:shop')?.value;
    await expect.poll(async () => JSON.parse(String(await last())).checkedUntil, poll).not.toBeNull();
    await expect.poll(async () => (await running()).sort(), poll).toEqual(['0', '1']);
    const active = (await running()).indexOf('1');
    const before = (await raw()).length;
    const [killed] = processes.splice(active, 1);
    const ended = once(killed?.program ?? expect.fail(), 'exit');
    killed?.program.kill('SIGKILL');
    await ended;

    const second = await shop.place(4);
    await expect.poll(async () => keysOf(await raw()), poll).toEqual([...first, ...second].sort());
    expect(await running()).toEqual(['1']);
    expect((await raw()).length).toBe(before + second.length);
    const [survivor] = processes;
    const left = once(survivor?.program ?? expect.fail(), 'exit');
    survivor?.program.kill('SIGTERM');
    expect(await left).toEqual([0, null]);
  });
}, 300_000);
