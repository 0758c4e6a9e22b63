import { setTimeout as sleep } from 'node:timers/promises';
import { type Placed, placeOrders, type Sandbox } from '@pipeline/sandbox';
import { createTcpSwitch, type TcpSwitch } from '@pipeline/sandbox/testing';
import { describe, expect, inject, it } from 'vitest';
import { countAtProvider, expectArrival, expectLandedAtOnce } from './arrival.ts';
import { withSandbox } from './withSandbox.ts';

describe('an outage', () => {
  it('of either vendor, or of the registry, loses, doubles and buries nothing, and notifications go on landing', async () => {
    const { host, pathname } = new URL(inject('registryUrl'));
    const registry = await createTcpSwitch(host);
    try {
      const SCHEMA_REGISTRY_URL = `http://${registry.address}${pathname}`;
      await withSandbox({ uniqueness: false, overrides: { SCHEMA_REGISTRY_URL } }, async (sandbox) => {
        await commercetoolsIsDown(sandbox);
        await fulfillmenttoolsIsDown(sandbox);
        await tokensEnd(sandbox);
        await vendorsThrottle(sandbox);
        await registryIsDown(sandbox, registry);
      });
    } finally {
      await registry.close();
    }
  });
});

/** Orders of a shop that cannot reach commercetools' API itself: created as Confirmed. */
const place = (sandbox: Sandbox, run: string, count: number, perSecond = 20): Promise<Placed[]> =>
  placeOrders(sandbox, { count, perSecond, run, confirmedAtOnce: true });

async function commercetoolsIsDown(sandbox: Sandbox): Promise<void> {
  const { commercetools } = sandbox;
  const before = await place(sandbox, 'CT-BEFORE', 4);
  await commercetools.fault({ status: 503, when: 'before' });
  const unavailable = await place(sandbox, 'CT-503', 10, 2.5);
  await commercetools.clearFaults();
  await commercetools.fault({ action: 'reset', when: 'before' });
  const unreachable = await place(sandbox, 'CT-RESET', 10, 2.5);
  expect(await countAtProvider(sandbox, [...unavailable, ...unreachable])).toBe(0);
  await expectLandedAtOnce(sandbox);
  await commercetools.clearFaults();
  // Updates whose answers are lost: whether they were made has to be found out.
  await commercetools.fault({ method: 'POST', path: '/sandbox/*', action: 'reset', when: 'after', count: 20 });
  const after = await placeOrders(sandbox, { count: 4, perSecond: 20, run: 'CT-AFTER', confirmedAtOnce: true });
  await expectArrival(sandbox, [...before, ...unavailable, ...unreachable, ...after]);
  await commercetools.clearFaults();
}

async function fulfillmenttoolsIsDown(sandbox: Sandbox): Promise<void> {
  const { fulfillmenttools } = sandbox;
  const before = await place(sandbox, 'FFT-BEFORE', 4);
  // First the orders are made and the answers lost, so that whoever does not look makes them again.
  const post = { method: 'POST', path: '/api/orders', when: 'after' } as const;
  await fulfillmenttools.fault({ ...post, action: 'reset', probability: 0.3 });
  await fulfillmenttools.fault({ ...post, action: 'cutBody', probability: 0.3 });
  await fulfillmenttools.fault({ ...post, status: 503, probability: 0.5 });
  const unanswered = await place(sandbox, 'FFT-LOST', 12, 4);
  await expect.poll(() => fulfillmenttools.struck()).toBeGreaterThan(0);
  await fulfillmenttools.fault({ status: 503, when: 'before' });
  const unavailable = await place(sandbox, 'FFT-503', 10, 2.5);
  await fulfillmenttools.clearFaults();
  await fulfillmenttools.fault({ action: 'reset', when: 'before' });
  const unreachable = await place(sandbox, 'FFT-RESET', 10, 2.5);
  expect(await countAtProvider(sandbox, unreachable)).toBe(0);
  await expectLandedAtOnce(sandbox);
  await fulfillmenttools.clearFaults();
  const after = await place(sandbox, 'FFT-AFTER', 4);
  await expectArrival(sandbox, [...before, ...unanswered, ...unavailable, ...unreachable, ...after]);
}

async function tokensEnd(sandbox: Sandbox): Promise<void> {
  const { commercetools, fulfillmenttools } = sandbox;
  const before = await place(sandbox, 'TOKEN-BEFORE', 4);
  const expiring = place(sandbox, 'TOKEN-EXPIRED', 12, 4);
  for (let round = 0; round < 8; round++) {
    await Promise.all([commercetools.expireTokens(), fulfillmenttools.expireTokens()]);
    await sleep(350);
  }
  // Not even a new token is good for a while, first there and then here.
  await fulfillmenttools.fault({ path: '/api/*', status: 401, when: 'before' });
  const refused = await place(sandbox, 'TOKEN-FFT-401', 6, 2);
  expect(await countAtProvider(sandbox, refused)).toBe(0);
  expect(await fulfillmenttools.struck()).toBeGreaterThan(0);
  await fulfillmenttools.clearFaults();
  await commercetools.fault({ path: '/sandbox/*', status: 401, when: 'before' });
  const unread = await place(sandbox, 'TOKEN-CT-401', 6, 2);
  expect(await countAtProvider(sandbox, unread)).toBe(0);
  await expectLandedAtOnce(sandbox);
  await commercetools.clearFaults();
  const after = await place(sandbox, 'TOKEN-AFTER', 4);
  await expectArrival(sandbox, [...before, ...(await expiring), ...refused, ...unread, ...after]);
}

async function vendorsThrottle(sandbox: Sandbox): Promise<void> {
  const { commercetools, fulfillmenttools } = sandbox;
  const before = await place(sandbox, 'SLOW-BEFORE', 4);
  const headers = { 'retry-after': '1' };
  await fulfillmenttools.fault({ path: '/api/*', status: 429, headers, when: 'before' });
  await commercetools.fault({ path: '/sandbox/*', status: 503, headers, when: 'before', probability: 0.5 });
  const during = await place(sandbox, 'SLOW-429', 8, 2.5);
  expect(await countAtProvider(sandbox, during)).toBe(0);
  await expectLandedAtOnce(sandbox);
  await Promise.all([commercetools.clearFaults(), fulfillmenttools.clearFaults()]);
  const after = await place(sandbox, 'SLOW-AFTER', 4);
  await expectArrival(sandbox, [...before, ...during, ...after]);
}

/** Two services are started while it is away, and have nothing cached. */
async function registryIsDown(sandbox: Sandbox, registry: TcpSwitch): Promise<void> {
  const { services, commercetools } = sandbox;
  const before = await place(sandbox, 'REGISTRY-BEFORE', 4);
  registry.setReachable(false);
  const running = await place(sandbox, 'REGISTRY-CUT', 4);
  await Promise.all([services['ingest-ct'].stop(), services['order-router'].stop()]);
  const starting = Promise.all([services['ingest-ct'].start(), services['order-router'].start()]);
  const restarted = await place(sandbox, 'REGISTRY-RESTART', 12, 2.5);
  await expect.poll(() => commercetools.deliveries()).toMatchObject({ pending: 0 });
  await expect.poll(() => readiness(services['order-router'].opsUrl)).toBe(503);
  expect(await countAtProvider(sandbox, restarted)).toBe(0);
  registry.setReachable(true);
  await starting;
  const after = await place(sandbox, 'REGISTRY-AFTER', 4);
  await expectArrival(sandbox, [...before, ...running, ...restarted, ...after]);
}

const readiness = async (opsUrl: string): Promise<number> => (await fetch(`${opsUrl}/readyz`)).status;
