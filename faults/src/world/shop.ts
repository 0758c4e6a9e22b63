import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT_KEY, simulatorCredentials } from '@pipeline/sandbox';
import type { ShownState } from '../checker/history.ts';

interface Message {
  readonly id: string;
  readonly createdAt: string;
  readonly resource: { readonly id: string };
  readonly resourceVersion: number;
  readonly shipmentState: string;
  readonly createdBy?: { readonly clientId?: string };
}

/** An order, as far as rows look at it. */
export interface ShopOrder {
  readonly version: number;
  readonly shipmentState?: string;
  readonly lineItems: readonly ShopItem[];
  readonly shippingInfo?: {
    readonly deliveries: readonly {
      readonly items: readonly ShopItem[];
      readonly parcels: readonly { readonly trackingData?: { readonly trackingId?: string } }[];
    }[];
  };
}

interface ShopItem {
  readonly id: string;
  readonly quantity: number;
}

const PAGE = 500;
const { clientId, clientSecret } = simulatorCredentials.commercetools;

/** Every shipment state that an order ever got, in order of time, as commercetools' Messages Query API has it. */
export async function readShipmentStates(url: string): Promise<ShownState[]> {
  const authorization = await signIn(url);
  const found = new Map<string, Message>();
  for (let since = '2000-01-01T00:00:00.000Z'; ; ) {
    const query = new URLSearchParams({
      where: `type="OrderShipmentStateChanged" and createdAt >= "${since}"`,
      sort: 'createdAt asc',
      limit: String(PAGE),
    });
    query.append('sort', 'id asc');
    const page = (await ask(`${url}/${PROJECT_KEY}/messages?${query}`, { headers: { authorization } })) as {
      readonly results: readonly Message[];
    };
    const known = found.size;
    for (const message of page.results) found.set(message.id, message);
    since = page.results.at(-1)?.createdAt ?? since;
    if (page.results.length < PAGE || found.size === known) break;
  }
  return [...found.values()].map(({ resource, resourceVersion: version, shipmentState: state, createdBy }) => ({
    order: resource.id,
    version,
    state,
    ours: createdBy?.clientId === clientId,
  }));
}

export async function readOrder(url: string, orderId: string): Promise<ShopOrder> {
  const authorization = await signIn(url);
  return (await ask(`${url}/${PROJECT_KEY}/orders/${orderId}`, { headers: { authorization } })) as ShopOrder;
}

async function signIn(url: string): Promise<string> {
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const answer = await ask(`${url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body,
  });
  return `Bearer ${(answer as { access_token: string }).access_token}`;
}

/** What is to go wrong with the services may strike here too. */
async function ask(url: string, init: RequestInit): Promise<unknown> {
  for (let left = 20; ; left--) {
    try {
      const answer = await fetch(url, init);
      if (answer.ok) return await answer.json();
      throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
    } catch (error) {
      if (left === 0) throw error;
      await sleep(50);
    }
  }
}
