import { createCommercetoolsSimulator } from '../index.ts';
import type { CommercetoolsSimulatorOptions } from '../options.ts';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into any document
  readonly body: any;
  readonly headers: Headers;
}

export interface TestSimulator extends AsyncDisposable {
  readonly url: string;
  /** With a token of the default client; the path stands below the project. */
  api(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** The path stands below `/_sim`. */
  control(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Without any token; the path stands below the base URL. */
  raw(path: string, init?: RequestInit): Promise<Answer>;
  update(order: { id: string; version: number }, ...actions: Record<string, unknown>[]): Promise<Answer>;
  close(): Promise<void>;
}

/** A simulator on a free port whose version steps are 1 unless the options say otherwise. */
export async function startSimulator(options: CommercetoolsSimulatorOptions = {}): Promise<TestSimulator> {
  const simulator = createCommercetoolsSimulator({ versionStep: { min: 1, max: 1 }, retryBaseMs: 5, ...options });
  const url = await simulator.listen();
  let token: string | undefined;

  async function raw(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  const json = (method: string, body: unknown, headers: Record<string, string>): RequestInit => ({
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
  });

  const api: TestSimulator['api'] = async (method, path, body, headers = {}) => {
    token ??= await requestToken(url);
    return raw(`/demo-project${path}`, json(method, body, { authorization: `Bearer ${token}`, ...headers }));
  };

  const close = () => simulator.close();
  return {
    url,
    raw,
    api,
    control: (method, path, body) => raw(`/_sim${path}`, json(method, body, {})),
    update: ({ id, version }, ...actions) => api('POST', `/orders/${id}`, { version, actions }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

export async function requestToken(url: string, client = 'simulator-client:simulator-secret'): Promise<string> {
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
    headers: { authorization: `Basic ${btoa(client)}` },
  });
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
}

/** Small, but with everything that the update actions look at. */
export const orderDraft = (change: Record<string, unknown> = {}) => ({
  orderState: 'Open',
  lineItems: [
    { id: 'line-1', quantity: 2, supplyChannel: { typeId: 'channel', id: 'c1a00000-0000-4000-8000-000000000001' } },
  ],
  shippingInfo: {
    shippingMethodName: 'Standard',
    shippingMethod: { typeId: 'shipping-method', id: '3e7c1d9a-4b60-4a6e-8a5a-2d9b0c7f1e20' },
    deliveries: [],
  },
  shippingAddress: { country: 'DE', city: 'Köln' },
  ...change,
});
