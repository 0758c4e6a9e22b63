import { PROJECT_KEY, replayAll, type Sandbox, type SimulatedOrder, simulatorCredentials } from '@pipeline/sandbox';
import { describe, expect, it } from 'vitest';
import { openShop, openStores, outcomesOf, type Stores } from './shop.ts';
import { withSandbox } from './withSandbox.ts';

describe('orders that the shop changes after they were placed', () => {
  it('have their new address at fulfillmenttools until the goods are handed over; the rest is recorded, and a replay calls nobody', async () => {
    await withSandbox({ overrides: { LOG_LEVEL: 'debug' } }, async (sandbox) => {
      const shop = await openShop(sandbox);
      const stores = await openStores(sandbox);
      const change = createChange(sandbox);
      const [moved, late, picked, edited] = [
        await shop.place('MOVED'),
        await shop.place('LATE'),
        await shop.place('PICKED'),
        await shop.place('EDITED'),
      ];
      const early = await shop.place('EARLY', { orderState: 'Open' });
      for (const order of [moved, late, picked, edited])
        await expect.poll(() => stores.statuses(order)).toEqual(['OPEN']);

      await change(moved, 'Aachen');
      await change(moved, 'Bremen');
      await expect.poll(() => cityOf(stores, moved)).toBe('Bremen');

      await stores.until(picked, 'PICK_JOB_PICKING_COMMENCED');
      await change(picked, 'Aachen');
      await expect.poll(() => cityOf(stores, picked)).toBe('Aachen');

      await change(early, 'Bremen');
      await shop.setState(early, 'Confirmed');
      await expect.poll(() => stores.statuses(early)).toEqual(['OPEN']);
      expect(await cityOf(stores, early)).toBe('Bremen');

      const before = await cityOf(stores, late);
      await stores.until(late);
      await expect.poll(async () => (await shop.find(late))?.shipmentState).toBe('Shipped');
      await change(late, 'Aachen');
      await expect.poll(() => outcomesOf(sandbox, late)).toContain('amendRefused address: handed-over');
      expect([await cityOf(stores, late), await patches(sandbox, stores, late)]).toEqual([before, []]);

      await edit(sandbox, edited);
      await expect.poll(() => outcomesOf(sandbox, edited)).toContain('amendRefused lines: lines-ignored');
      expect(await cityOf(stores, edited)).toBe('Bremen');

      const asked = () => Promise.all([moved, picked, early, edited].map((order) => patches(sandbox, stores, order)));
      const answers = await asked();
      // Both changes of `moved` may have been seen at once.
      expect([1, 2]).toContain(answers[0]?.length);
      expect(answers.slice(1)).toEqual([[200], [], [200]]);
      const { topicPrefix, kafka } = sandbox;
      const replay = await replayAll(sandbox, { groupPrefix: `${topicPrefix}again-`, timeoutMs: 60_000 });
      expect(replay).toEqual({ posts: 0, updates: 0 });
      expect(await asked()).toEqual(answers);
      expect(await kafka.deadLetters()).toBe(0);
    });
  });
});

async function cityOf(stores: Stores, order: SimulatedOrder): Promise<string | undefined> {
  const [made] = await stores.of(order);
  const { consumer } = await stores.call<{ consumer: { addresses: { city: string; addressType: string }[] } }>(
    'GET',
    `/api/orders/${made?.id}`,
  );
  return consumer.addresses.find(({ addressType }) => addressType !== 'INVOICE_ADDRESS')?.city;
}

/** Answers to the requests to change its order at fulfillmenttools. */
async function patches({ addresses }: Sandbox, stores: Stores, order: SimulatedOrder): Promise<number[]> {
  const [made] = await stores.of(order);
  const query = new URLSearchParams({ method: 'PATCH', path: `/api/orders/${made?.id}` });
  const answer = await fetch(`${addresses.fulfillmenttoolsUrl}/_sim/requests?${query}`);
  return ((await answer.json()) as { status: number }[]).map(({ status }) => status);
}

const addressIn = (city: string) => ({
  ...{ country: 'DE', firstName: 'Grete', lastName: 'Muster', streetName: 'Am Markt', streetNumber: '7' },
  ...{ postalCode: '28195', city },
});

async function post({ addresses }: Sandbox, { id }: SimulatedOrder, path: string, body: object): Promise<void> {
  const answer = await fetch(`${addresses.commercetoolsUrl}/_sim/orders/${id}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok).toBe(true);
}

/** The shop corrects where the order goes to. */
const createChange = (sandbox: Sandbox) => (order: SimulatedOrder, city: string) =>
  post(sandbox, order, 'update', { actions: [{ action: 'setShippingAddress', address: addressIn(city) }] });

/** An order edit: another address, and one piece more of each line. */
async function edit(sandbox: Sandbox, order: SimulatedOrder): Promise<void> {
  const { commercetoolsUrl: url } = sandbox.addresses;
  const { clientId, clientSecret } = simulatorCredentials.commercetools;
  const signIn = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = (await signIn.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/${PROJECT_KEY}/orders/${order.id}`, { headers });
  const { lineItems } = (await answer.json()) as { lineItems: { quantity: number }[] };
  const more = lineItems.map((line) => ({ ...line, quantity: line.quantity + 1 }));
  await post(sandbox, order, 'edit', { change: { lineItems: more, shippingAddress: addressIn('Bremen') } });
}
