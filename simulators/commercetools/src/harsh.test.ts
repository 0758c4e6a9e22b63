import { expect, test } from 'vitest';
import { parseFlags } from '@pipeline/simulator-control';
import { flags, toOptions } from './flags.ts';
import { toSettings } from './options.ts';
import { startReceiver, until } from './testing/receiver.ts';
import { orderDraft, requestToken, startSimulator } from './testing/simulator.ts';

const settingsOf = (...args: string[]) => {
  const values = parseFlags(flags, args);
  return values === 'help' ? values : toSettings(toOptions(values));
};

/** Orders that are brought to Ready in spite of everything, and what could be seen of the way there. */
async function run(seed: number) {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator({
    harsh: true,
    seed,
    versionStep: { min: 1, max: 9 },
    delivery: { shuffle: false, late: 0 },
    outages: { slow: 0 },
  });
  await simulator.control('POST', '/push-targets', { url: receiver.url });
  const statuses: string[] = [];
  const headers = { authorization: `Bearer ${await signIn(simulator.url)}`, 'content-type': 'application/json' };
  for (let number = 1; number <= 25; number += 1) {
    const orderNumber = `N-${number}`;
    const placed = await simulator.control('POST', '/orders', orderDraft({ orderNumber, orderState: 'Confirmed' }));
    let { version } = placed.body;
    for (let attempt = 1; ; attempt += 1) {
      const body = JSON.stringify({ version, actions: [{ action: 'changeShipmentState', shipmentState: 'Ready' }] });
      const url = `${simulator.url}/demo-project/orders/order-number=${orderNumber}`;
      const status = await fetch(url, { method: 'POST', body, headers }).then(
        async (response) => (await response.text(), response.status),
        () => 0,
      );
      statuses.push(`${orderNumber} ${status}`);
      if (status === 200) break;
      const orders = (await simulator.control('GET', '/orders')).body;
      version = orders.find((order: { orderNumber: string }) => order.orderNumber === orderNumber).version;
      expect(attempt).toBeLessThan(50);
    }
  }
  await until(async () => (await simulator.control('GET', '/notifications')).body.counts.pending === 0);
  const { body: orders } = await simulator.control('GET', '/orders');
  return {
    statuses,
    versions: orders.map(({ version }: { version: number }) => version),
    told: receiver
      .messages()
      .map(({ sequenceNumber, type, resourceVersion, createdBy, resourceUserProvidedIdentifiers }) =>
        JSON.stringify([sequenceNumber, type, resourceVersion, createdBy, resourceUserProvidedIdentifiers]),
      )
      .sort(),
    states: new Set(orders.map(({ shipmentState }: { shipmentState: string }) => shipmentState)),
  };
}

async function signIn(url: string): Promise<string> {
  for (;;) {
    const token = await requestToken(url).catch(() => undefined);
    if (token !== undefined) return token;
  }
}

test('the harsh mode goes wrong in many ways, ends well for whoever tries on, and the same for the same seed', async () => {
  const first = await run(5);
  expect(await run(5)).toEqual(first);
  const other = await run(6);
  expect(other.statuses).not.toEqual(first.statuses);
  expect(other.versions).not.toEqual(first.versions);
  for (const { states, told, statuses } of [first, other]) {
    expect(states).toEqual(new Set(['Ready']));
    expect(told.length).toBeGreaterThan(new Set(told).size);
    expect(statuses.length).toBeGreaterThan(25);
  }
});

test('--harsh turns everything, flags that differ from their preset win, and without it nothing is turned', () => {
  const harsh = settingsOf('--harsh', '--seed', '3', '--duplicates', '0.7', '--version-step', '2');
  expect(harsh).toMatchObject({
    harsh: true,
    seed: 3,
    versionStep: { min: 2, max: 2 },
    delivery: { duplicates: 0.7, shuffle: true, lost: 0 },
    quirks: { refuseUnknownMembers: true, sameValueBump: 0.5 },
    outages: { generalError: 0.02 },
  });
  expect(settingsOf('--harsh')).toMatchObject({ versionStep: { min: 1, max: 9 } });
  expect(settingsOf('--foreign-writes', '0.5', '--no-messages')).toMatchObject({
    harsh: false,
    messagesEnabled: false,
    quirks: { foreignWrites: 0.5, sameValueBump: 0 },
    outages: { generalError: 0 },
  });
});

test('the control API turns the harsh mode on and off, and a reset brings back what the start was', async () => {
  await using simulator = await startSimulator({ quirks: { sameValueBump: 0.25 } });
  const { body } = await simulator.control('POST', '/harsh', { seed: 9 });
  expect(body).toMatchObject({ on: true, versionStep: { max: 9 }, outages: { resets: 0.02 } });
  expect((await simulator.control('GET', '/quirks')).body.foreignWrites).toBe(0.05);
  const off = (await simulator.control('POST', '/harsh', { on: false })).body;
  expect(off).toMatchObject({ on: false, versionStep: { min: 1, max: 1 }, outages: { resets: 0 } });
  await simulator.control('POST', '/harsh');
  await simulator.control('POST', '/reset');
  expect((await simulator.control('GET', '/quirks')).body).toMatchObject({ sameValueBump: 0.25, foreignWrites: 0 });
  expect((await simulator.control('GET', '/outages')).body.resets).toBe(0);
});
