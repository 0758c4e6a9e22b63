import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  aDemoOrder,
  PROJECT_KEY,
  type Sandbox,
  type SimulatedFftOrder,
  type SimulatedOrder,
  simulatorCredentials,
} from '@pipeline/sandbox';

export interface Shop {
  /** A delivery order with this number; Confirmed unless said otherwise. */
  place(orderNumber: string, over?: object): Promise<SimulatedOrder>;
  /** A merchant does it. */
  setState(order: SimulatedOrder, orderState: string): Promise<void>;
  remove(order: SimulatedOrder, options?: { readonly dataErasure?: boolean }): Promise<void>;
  find(order: SimulatedOrder): Promise<SimulatedOrder | undefined>;
}

export interface Stores {
  /** What was ever made for the order. */
  of(order: SimulatedOrder): Promise<SimulatedFftOrder[]>;
  statuses(order: SimulatedOrder): Promise<string[]>;
  /** Chooses the life of its only order, which nobody has worked on yet. */
  live(order: SimulatedOrder, life: string): Promise<void>;
  /** Goes on with its life until this step is made; without one to its end. */
  until(order: SimulatedOrder, step?: string): Promise<void>;
  /** Answers to the actions that were asked for, in the order in which they came. */
  answersToActions(order: SimulatedOrder): Promise<number[]>;
  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
}

async function send<Answer>(method: string, url: string, { body, token }: { body?: unknown; token?: string } = {}) {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: token }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text.slice(0, 300)}`);
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

async function signInToShop({ addresses: { commercetoolsUrl: url } }: Sandbox): Promise<string> {
  const { clientId, clientSecret } = simulatorCredentials.commercetools;
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const grant = new URLSearchParams({ grant_type: 'client_credentials' });
  const signIn = await fetch(`${url}/oauth/token`, { method: 'POST', headers: { authorization: basic }, body: grant });
  return ((await signIn.json()) as { access_token: string }).access_token;
}

/** Reads whole orders as the shop does, of which a test knows the shape. */
export async function openReader<Order>(sandbox: Sandbox): Promise<(order: SimulatedOrder) => Promise<Order>> {
  const token = await signInToShop(sandbox);
  return ({ id }) =>
    send('GET', `${sandbox.addresses.commercetoolsUrl}/${PROJECT_KEY}/orders/${id}`, { token: `Bearer ${token}` });
}

/** What the shop and its people do at commercetools. */
export async function openShop(sandbox: Sandbox): Promise<Shop> {
  const { commercetools, addresses } = sandbox;
  const { commercetoolsUrl: url } = addresses;
  const token = await signInToShop(sandbox);
  const find = async ({ id }: SimulatedOrder) => (await commercetools.orders()).find((order) => order.id === id);
  return {
    find,
    place: (orderNumber, over = {}) =>
      commercetools.createOrder({ ...aDemoOrder(0, 'SHOP').body, orderNumber, orderState: 'Confirmed', ...over }),
    setState: ({ id }, orderState) =>
      send('POST', `${url}/_sim/orders/${id}/update`, {
        body: { actions: [{ action: 'changeOrderState', orderState }] },
      }),
    async remove(order, { dataErasure = false } = {}) {
      // The pipeline may write to it at the same time.
      for (let tries = 1; ; tries += 1) {
        const version = (await find(order))?.version;
        const target = `${url}/${PROJECT_KEY}/orders/${order.id}?version=${version}&dataErasure=${dataErasure}`;
        try {
          return await send('DELETE', target, { token: `Bearer ${token}` });
        } catch (error) {
          if (tries === 10) throw error;
        }
      }
    },
  };
}

/** What the stores do at fulfillmenttools; no order lives on by itself any more. */
export async function openStores({ fulfillmenttools, addresses }: Sandbox): Promise<Stores> {
  const url = addresses.fulfillmenttoolsUrl;
  const { user, password, apiKey } = simulatorCredentials.fulfillmenttools;
  const { idToken } = await send<{ idToken: string }>('POST', `${url}/v1/accounts:signInWithPassword?key=${apiKey}`, {
    body: { email: user, password, returnSecureToken: true },
  });
  await send('POST', `${url}/_sim/lives`, { body: { stepMs: 0 } });
  const of = async ({ id }: SimulatedOrder) =>
    (await fulfillmenttools.orders()).filter(({ commercetoolsOrderId }) => commercetoolsOrderId === id);
  const only = async (order: SimulatedOrder): Promise<SimulatedFftOrder> => {
    const [first, ...others] = await of(order);
    if (!first || others.length > 0)
      throw new Error(`Order ${order.id} has ${others.length + (first ? 1 : 0)} orders.`);
    return first;
  };
  return {
    of,
    statuses: async (order) => (await of(order)).map(({ status }) => status),
    live: async (order, life) => send('POST', `${url}/_sim/orders/${(await only(order)).id}/life`, { body: { life } }),
    async until(order, step) {
      const { id } = await only(order);
      for (let made = ''; made !== (step ?? 'nothing'); ) {
        const answer = await send<{ advanced: boolean; step: string }>('POST', `${url}/_sim/orders/${id}/advance`);
        if (!answer.advanced && step === undefined) return;
        if (!answer.advanced) throw new Error(`The life of order ${id} ended before ${step}, with ${answer.step}.`);
        made = answer.step;
      }
    },
    async answersToActions(order) {
      const answers: number[] = [];
      for (const { id } of await of(order)) {
        const query = new URLSearchParams({ method: 'POST', path: `/api/orders/${id}/actions` });
        const requests = await send<{ status: number }[]>('GET', `${url}/_sim/requests?${query}`);
        answers.push(...requests.map(({ status }) => status));
      }
      return answers;
    },
    call: (method, at, body) => send(method, `${url}${at}`, { body, token: `Bearer ${idToken}` }),
  };
}

/** What order-router has logged as the outcome of an order so far, each as `outcome reason`. */
export async function outcomesOf({ logDirectory }: Sandbox, { id }: SimulatedOrder): Promise<string[]> {
  const text = await readFile(path.join(logDirectory, 'order-router.log'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.includes(id))
    .map((line) => JSON.parse(line) as { orderId?: string; outcome?: string; reason?: string })
    .filter(({ orderId, outcome }) => orderId === id && outcome !== undefined)
    .map(({ outcome, reason }) => [outcome, reason].filter((part) => part !== undefined).join(' '));
}
