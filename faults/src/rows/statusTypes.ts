import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PROJECT_KEY, simulatorCredentials } from '@pipeline/sandbox';
import { deadLetterTopics } from '@pipeline/schemas';
import { defineRow } from '../row.ts';
import type { World } from '../world/world.ts';
import { lifeOf, openOrders, tell, tellInTurn } from './statusOrders.ts';
import { callsByOrder } from './statusRequests.ts';

export const noTypeYet = defineRow({
  row: 66,
  title:
    'events of an order come before it has a custom Type → one update sets the Type with all fields that are known',
  level: 'process',
  invariants: ['I4'],
  ci: { orders: 24 },
  full: { orders: 1_000 },
  atLeast: { orders: 24, typed: 24 },
  async run(world, { orders }) {
    const opened = await openOrders(world, orders);
    const lives = opened.map((order) => lifeOf(order));
    await tell(
      world,
      lives.flatMap(({ created, picking, picked, ready }) => [ready, picked, created, picking]),
    );
    const writer = await world.start('status-writer', { settings: { STATUS_LINGER_MS: '500' } });
    await world.untilRead('status-writer');
    const calls = await callsByOrder(world);
    const found = opened.map(({ id }) => calls.get(id));
    world.claim(
      'I4',
      'calls for each order',
      ['1 read, 1 update'],
      [...new Set(found.map((call) => `${call?.reads} read, ${call?.updates} update`))],
    );
    const shown = await world.commercetools.orders();
    const typed = shown.filter(({ custom }) => Object.keys(custom ?? {}).length === 6).length;
    await tellInTurn(world, [lives.map(({ handedOver }) => handedOver)]);
    world.claim('I4', 'updates that were written', orders * 2, await writer.logged('status written'));
    return { typed };
  },
});

/** What the shop keeps of its own about an order, beside one field that we know. */
const SHOP_TYPE = {
  key: 'shop-order',
  name: { en: 'Shop' },
  resourceTypeIds: ['order'],
  fieldDefinitions: ['shop_note', 'fft_short_id'].map((name) => ({
    ...{ name, label: { en: name }, required: false },
    type: { name: 'String' },
  })),
};

export const anotherType = defineRow({
  row: 69,
  title: 'the order has another custom Type → it stays with what it holds, the state and the fields it has are written',
  level: 'process',
  invariants: ['I4', 'I11'],
  ci: { orders: 16 },
  full: { orders: 500 },
  atLeast: { orders: 16, told: 8 },
  async run(world, { orders }) {
    const typeId = await createType(world, SHOP_TYPE);
    const writer = await world.start('status-writer');
    const custom = { type: { typeId: 'type', id: typeId }, fields: { shop_note: 'gift wrap' } };
    const foreign = await openOrders(world, orders / 2, { change: () => ({ custom }), fields: ['fft_short_id'] });
    const ours = await openOrders(world, orders / 2);
    const lives = [...foreign, ...ours].map((order) => lifeOf(order));
    await tellInTurn(world, [
      lives.map(({ picking }) => picking),
      lives.map(({ ready }) => ready),
      lives.map(({ handedOver }) => handedOver),
    ]);
    const shown = new Map((await world.commercetools.orders()).map((order) => [order.id, order.custom]));
    world.claim(
      'I4',
      'what orders of the shop’s Type hold',
      [JSON.stringify({ shop_note: 'gift wrap', fft_short_id: 'Sa' })],
      [...new Set(foreign.map(({ id }) => JSON.stringify(shown.get(id))))],
    );
    world.claim('I5', 'dead letters', 0, await world.kafka.deadLetters());
    return { told: await writer.logged('the order’s custom Type does not define these fields') };
  },
});

export const typeIsGone = defineRow({
  row: 70,
  title:
    'our custom Type is deleted, or lacks a field → states are written, a few dead letters, the others wait for the set-up',
  level: 'process',
  invariants: ['I5', 'I11'],
  ci: { orders: 60 },
  full: { orders: 2_000 },
  atLeast: { orders: 60, letters: 5, waited: 20 },
  async run(world, { orders }) {
    const shop = await startShopWithoutType(world.addresses.commercetools);
    try {
      const writer = await world.start('status-writer', { settings: { CTP_API_URL: shop.url } });
      const lives = (await openOrders(world, orders)).map((order) => lifeOf(order));
      await tell(
        world,
        lives.flatMap(({ picking, ready }) => [picking, ready]),
      );
      const held = async () => (await writer.metrics()).sum('pipeline_dead_letters_held_back');
      await world.until('dead letters are held back, and the metric says so', async () => (await held()) === 1);
      await writer.stop();
      const letters = await world.kafka.messages(deadLetterTopics['status-writer'].name);
      world.claim('I5', 'dead letters, at most 40', true, letters.length <= 40);
      const groups = letters.map(({ headers }) => headers['dlq.error-message'] ?? '');
      world.claim(
        'I5',
        'dead letters of the fields alone',
        letters.length,
        groups.filter((text) => text.includes('group was refused: fields')).length,
      );
      // Set up again: what waited is shown.
      const mended = await world.start('status-writer');
      await world.untilRead('status-writer');
      return { letters: letters.length, waited: await mended.logged('status written') };
    } finally {
      await shop.close();
    }
  },
});

async function createType(world: World, type: object): Promise<string> {
  const url = `http://${world.addresses.commercetools}`;
  const { clientId, clientSecret } = simulatorCredentials.commercetools;
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const signIn = await fetch(`${url}/oauth/token`, { method: 'POST', headers: { authorization }, body });
  const { access_token: token } = (await signIn.json()) as { access_token: string };
  const answer = await fetch(`${url}/${PROJECT_KEY}/types`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(type),
  });
  const { id } = (await answer.json()) as { id?: string };
  if (id === undefined) throw new Error(`The Type was answered with ${answer.status}.`);
  return id;
}

/** Stands before commercetools: updates that name a custom field or Type are refused as there when it was deleted. */
async function startShopWithoutType(target: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const refusal = JSON.stringify({
    statusCode: 400,
    message: "The referenced object of type 'type' with identifier 'fft-order' was not found.",
    errors: [{ code: 'ReferencedResourceNotFound', message: 'It was deleted.', typeId: 'type' }],
  });
  const server = createServer((incoming, answer) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      if (/"action":"setCustom(Type|Field)"/.test(body.toString()))
        return answer.writeHead(400, { 'content-type': 'application/json' }).end(refusal);
      const [host = '', port] = target.split(':');
      const { method, url: path, headers } = incoming;
      const onward = request({ ...{ host, port, method, path, headers }, agent: false }, (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      onward.on('error', () => answer.destroy());
      return onward.end(body);
    })().catch(() => answer.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
