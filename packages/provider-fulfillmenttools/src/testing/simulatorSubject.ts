import {
  type LineRequest,
  type OpenProvider,
  type ProviderSide,
  type RequestKind,
  startLine,
} from '@pipeline/fulfillment/contract';
import { createFulfillmenttoolsSimulator } from '@pipeline/simulator-fulfillmenttools';
import { connectFulfillmenttools } from '../connect.ts';
import { createFulfillmenttoolsProvider } from '../provider.ts';
import { toInstant, toKnown } from '../fields.ts';
import { connectControl, type Control } from './simulatorControl.ts';

const accounts = {
  user: 'sim@ocff-sim-pre.com',
  password: 'password-of-the-contract',
  apiKey: 'key-of-the-contract',
  clientId: 'client-of-the-contract',
  clientSecret: 'client-secret-of-the-contract',
  providerId: 'oidc.external.contract',
};

const WRONG = 'wrong-secret-of-the-contract';

export interface SimulatorSubjectsOptions {
  /** Who signs in. (Default: password) */
  readonly signIn?: 'password' | 'client-credentials';
  /** Sees all that is sent. */
  readonly onRequest?: (request: LineRequest) => void;
}

/** Longer than any clause: an index that lags by this shows nothing new until time is moved. */
const LAG_MS = 3_600_000;

/**
 * The real client over HTTP, with a line to a simulator whose clock stands still. The identity provider is asked beside
 * the line: a sign-in is one request there, however it is made.
 */
export function createSimulatorSubjects({
  signIn = 'password',
  onRequest = () => {},
}: SimulatorSubjectsOptions = {}): OpenProvider {
  return async ({ credentials: quality = 'good', connections } = {}) => {
    let now = Date.UTC(2026, 0, 15, 12);
    // Nothing happens by itself: whatever the simulator wants to do later is dropped.
    const clock = { now: () => now, after: () => {}, clear: () => {} };
    const simulator = createFulfillmenttoolsSimulator({
      ...accounts,
      clock,
      stepMs: 0,
      indexLagMs: 0,
      tokenLifetimeSeconds: (10 * LAG_MS) / 1_000,
    });
    const upstream = await simulator.listen();
    const line = await startLine({
      upstream,
      kindOf,
      toErrorBody: (_status, words) => [{ summary: words }],
      onRequest,
    });
    const control = await connectControl(upstream, accounts);
    const isGood = quality === 'good';
    const user = { user: accounts.user, password: isGood ? accounts.password : WRONG };
    const { clientId, providerId } = accounts;
    const clientSecret = isGood ? accounts.clientSecret : WRONG;
    const ofIdp = { tokenUrl: `${upstream}/idp/token`, clientId, clientSecret, providerId };
    const client = connectFulfillmenttools({
      apiKey: accounts.apiKey,
      credentials: signIn === 'password' ? user : ofIdp,
      baseUrl: line.url,
      signInUrl: line.url,
      tokenUrl: line.url,
      ...(connections === undefined ? {} : { connections }),
    });
    const moveTime = (ms: number) => {
      now += ms;
    };
    return {
      provider: createFulfillmenttoolsProvider({ client }),
      line,
      side: createSide(control, moveTime),
      secrets: [user.password, clientSecret, accounts.apiKey, accounts.user, 'Bearer ', 'Basic '],
      facilityKey: 'store-berlin',
      unmappable: { shippingAddress: null },
      async [Symbol.asyncDispose]() {
        await line[Symbol.asyncDispose]();
        await client.close();
        await simulator.close();
      },
    };
  };
}

function kindOf(method: string, path: string): RequestKind {
  if (path.startsWith('/v1/')) return 'sign-in';
  return method === 'GET' || path === '/api/orders/search' ? 'read' : 'write';
}

const statuses = ['OPEN', 'LOCKED', 'PROMISED', 'CANCELLED', 'OBSOLETE'] as const;

function createSide({ call, callControl }: Control, moveTime: (ms: number) => void): ProviderSide {
  const act = async (id: string, action: object) => {
    const { version } = await call('GET', `/api/orders/${id}`);
    await call('POST', `/api/orders/${id}/actions`, { ...action, version });
  };
  const advanceTo = async (id: string, last: string) => {
    for (let steps = 0; steps < 30; steps += 1)
      if ((await callControl('POST', `/orders/${id}/advance`)).step === last) return;
    throw new Error(`Order ${id} never comes to ${last}.`);
  };
  return {
    async orders() {
      const orders: { id: string; tenantOrderId: string; status: string; version: number }[] = await callControl(
        'GET',
        '/orders',
      );
      return orders.map(({ id: providerOrderId, status, ...rest }) => ({
        ...rest,
        providerOrderId,
        status: toKnown(status, statuses),
      }));
    },
    async place({ tenantOrderId, orderId, projectKey }) {
      const order = {
        tenantOrderId,
        orderDate: '2026-01-15T10:00:00.000Z',
        consumer: { addresses: [{ street: 'Ring', city: 'Bonn', postalCode: '53111', country: 'DE' }] },
        orderLineItems: [{ article: { tenantArticleId: 'sku-9', title: 'Shoe' }, quantity: 1 }],
        ...(orderId === null
          ? {}
          : { customAttributes: { commercetoolsOrderId: orderId, commercetoolsProjectKey: projectKey } }),
      };
      const { id } = await call('POST', '/api/orders', order);
      return id;
    },
    cancel: (id) => act(id, { name: 'CANCEL' }),
    async touch(id) {
      const { version, consumer } = await call('GET', `/api/orders/${id}`);
      await call('PATCH', `/api/orders/${id}`, {
        version,
        consumer: { ...consumer, consumerId: `touched-${version}` },
      });
    },
    startWork: (id) => advanceTo(id, 'PICK_JOB_PICKING_COMMENCED'),
    handOver: (id) => advanceTo(id, 'HANDOVERJOB_HANDED_OVER'),
    async cities(id) {
      const { consumer } = await call('GET', `/api/orders/${id}`);
      return (consumer.addresses ?? []).map(({ city }: { city: string }) => city);
    },
    async pieces(id) {
      const pieces: Record<string, number> = {};
      for (const { article, quantity } of (await call('GET', `/api/orders/${id}`)).orderLineItems)
        pieces[article.tenantArticleId] = (pieces[article.tenantArticleId] ?? 0) + quantity;
      return pieces;
    },
    delete: (id) => callControl('DELETE', `/orders/${id}`),
    async anonymizeAt(processId) {
      return toInstant((await call('GET', `/api/processes/${processId}`)).gdprCleanupDate);
    },
    async freezeIndexes() {
      moveTime(1_000);
      await callControl('POST', '/settings', { indexLagMs: LAG_MS });
      // What was written before this instant is shown from here on, what comes after it is not.
      moveTime(LAG_MS - 500);
    },
    async settle() {
      await callControl('POST', '/settings', { indexLagMs: 0 });
    },
  };
}
