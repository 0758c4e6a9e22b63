import type { Order, OrderUpdateAction, ShippingInfo } from '@commercetools/platform-sdk';
import {
  type OpenPlatform,
  type PlatformSide,
  type RequestKind,
  type ShopOrder,
  startLine,
  type TypeOfOrder,
} from '@pipeline/fulfillment/contract';
import type { ApiRoot } from '../client.ts';
import { fieldPresets, statusFieldKeys } from '../fieldNames.ts';
import { toStatusFields } from '../mapping/toPlatformStatus.ts';
import { ensureOrderType } from '../orderType.ts';
import { ensureParcelType } from '../parcelType.ts';
import { createCommercetoolsPlatform } from '../platform.ts';
import { clientOf } from './client.ts';
import { aLineItem, anOrder, euros } from './order.ts';
import type { StartOtherSide } from './otherSide.ts';

const names = fieldPresets.docs;
const apiClient = { clientId: 'client-of-the-contract', clientSecret: 'secret-of-the-contract' };
const NOTE = 'shop_note';

/** The real SDK client over HTTP, with a line to the other side, which a second client looks into. */
export function createPlatformSubjects(start: StartOtherSide): OpenPlatform {
  return async ({ credentials = 'good', connections } = {}) => {
    const otherSide = await start(apiClient);
    const project = { ...apiClient, projectKey: otherSide.projectKey };
    const line = await startLine({ upstream: otherSide.url, kindOf, toErrorBody });
    const clientSecret = credentials === 'good' ? project.clientSecret : 'wrong-secret-of-the-contract';
    const client = clientOf(line.url, {
      ...project,
      clientSecret,
      ...(connections === undefined ? {} : { connections }),
    });
    const shop = clientOf(otherSide.url, project);
    const { signal } = new AbortController();
    const orderType = await ensureOrderType({ api: shop.api, key: 'fft-order', fields: names, signal });
    const parcelType = await ensureParcelType({ api: shop.api, key: 'fft-parcel', signal });
    const types = new Map<TypeOfOrder, string>([
      ['ours', orderType.id],
      ['foreign', await createShopType(shop.api, 'foreign', [])],
      ['shared', await createShopType(shop.api, 'shared', [names.pickJobId, names.shortId])],
    ]);
    return {
      platform: createCommercetoolsPlatform({ api: client.api, orderType, parcelType }),
      line,
      side: createSide({ api: shop.api, types, seed: otherSide.seed }),
      secrets: [clientSecret, Buffer.from(`${project.clientId}:${clientSecret}`).toString('base64'), 'Bearer '],
      async [Symbol.asyncDispose]() {
        await line[Symbol.asyncDispose]();
        await Promise.all([client.close(), shop.close()]);
        await otherSide[Symbol.asyncDispose]();
      },
    };
  };
}

function kindOf(method: string, path: string): RequestKind {
  if (path === '/oauth/token') return 'sign-in';
  return method === 'GET' ? 'read' : 'write';
}

const toErrorBody = (statusCode: number, message: string) => ({
  statusCode,
  message,
  errors: [{ code: 'ToldByTheContract', message }],
});

async function createShopType(api: ApiRoot, key: string, shared: readonly string[]): Promise<string> {
  const fieldDefinitions = [NOTE, ...shared].map((name) => ({
    name,
    label: { en: name },
    required: false,
    type: { name: 'String' as const },
  }));
  const body = { key: `type-${key}`, name: { en: key }, resourceTypeIds: ['order' as const], fieldDefinitions };
  return (await api.types().post({ body }).execute()).body.id;
}

interface Store {
  readonly api: ApiRoot;
  readonly types: ReadonlyMap<TypeOfOrder, string>;
  readonly seed: (order: Order) => Promise<void>;
}

function createSide({ api, types, seed }: Store): PlatformSide {
  const read = async (id: string) => (await api.orders().withId({ ID: id }).get().execute()).body;
  const update = async (id: string, action: OrderUpdateAction) => {
    const { version } = await read(id);
    await api
      .orders()
      .withId({ ID: id })
      .post({ body: { version, actions: [action] } })
      .execute();
  };
  let placed = 0;
  return {
    async place(order) {
      placed += 1;
      const id = `5b0d7a2e-8a11-4c5e-9d3f-${String(placed).padStart(12, '0')}`;
      await seed(toOrder(id, order, types));
      return id;
    },
    async read(id) {
      const order = await read(id);
      const { version, shipmentState = null, custom } = order;
      const [type = null] = [...types].find(([, typeId]) => typeId === custom?.type.id) ?? [];
      const note = custom?.fields[NOTE] ?? null;
      return { version, shipmentState, type: custom ? type : 'none', fields: toStatusFields(order, names), note };
    },
    touch: (id) => update(id, { action: 'changePaymentState', paymentState: 'Paid' }),
    setShipmentState: (id, shipmentState) => update(id, { action: 'changeShipmentState', shipmentState }),
    async delete(id) {
      const { version } = await read(id);
      await api.orders().withId({ ID: id }).delete({ queryArgs: { version } }).execute();
    },
    syncChannelId: () => syncChannelId(api),
  };
}

const syncChannel = { key: 'fulfillmenttools', roles: ['OrderExport' as const] };

async function syncChannelId(api: ApiRoot): Promise<string> {
  const channels = api.channels();
  const found = await channels.get({ queryArgs: { where: `key="${syncChannel.key}"` } }).execute();
  const [channel] = found.body.results;
  return channel?.id ?? (await channels.post({ body: syncChannel }).execute()).body.id;
}

const shippingInfo: ShippingInfo = {
  shippingMethodName: 'DHL',
  price: euros(495),
  shippingRate: { price: euros(495), tiers: [] },
  shippingMethodState: 'MatchesCart',
};

function toOrder(id: string, order: ShopOrder, types: Store['types']): Order {
  const { orderNumber, email, city, lines, shipmentState, shipping, type, fields, note } = order;
  const ours = statusFieldKeys.map((key) => [names[key], fields[key]] as const);
  const notes = type === 'ours' ? [] : [[NOTE, note] as const];
  const typeId = types.get(type);
  return anOrder({
    id,
    version: 3,
    orderNumber,
    customerEmail: email,
    shippingAddress: { country: 'DE', city },
    lineItems: lines.map(({ sku, quantity }, at) => aLineItem({ id: `line-${at}`, variant: { id: 1, sku }, quantity })),
    ...(shipping === 'one' ? { shippingInfo } : {}),
    ...(shipmentState === null ? {} : { shipmentState }),
    ...(typeId === undefined
      ? {}
      : {
          custom: {
            type: { typeId: 'type', id: typeId },
            fields: Object.fromEntries(
              [...ours, ...notes].filter(([, value]) => value !== undefined && value !== null),
            ),
          },
        }),
  });
}
