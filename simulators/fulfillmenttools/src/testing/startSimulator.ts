import { createFulfillmenttoolsSimulator, type SimulatorOptions } from '../index.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
}

export interface RunningSimulator extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  /** Calls the API with a valid token, or the control API. */
  call(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Answer>;
}

/** A simulator on a free port, signed in. Orders live only when they are advanced, indexes do not lag. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const simulator = createFulfillmenttoolsSimulator({ stepMs: 0, indexLagMs: 0, ...options });
  const url = await simulator.listen();
  const signedIn = await request(`${url}/v1/accounts:signInWithPassword?key=simulator-api-key`, {
    method: 'POST',
    body: { email: 'sim@ocff-sim-pre.com', password: 'simulator-password', returnSecureToken: true },
  });
  const token: string = signedIn.body.idToken;
  return {
    url,
    token,
    call: (method, path, body, signal) =>
      request(`${url}${path}`, {
        method,
        body,
        headers: { authorization: `Bearer ${token}` },
        ...(signal ? { signal } : {}),
      }),
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

export interface RequestOptions {
  readonly method: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A JSON request; a string body goes out as it is. Rejects when there is no whole answer. */
export async function request(url: string, { method, body, headers = {}, signal }: RequestOptions): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
