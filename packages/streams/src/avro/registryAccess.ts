import { Agent, request } from 'undici';

/** Where the schema registry is, and how it gets to know us. */
export interface RegistryAccess {
  /** Root of the Confluent-compatible API, e.g. `http://127.0.0.1:8081/apis/ccompat/v7`; no credentials in it. */
  readonly registryUrl: string;
  /** (Default: no sign-in) */
  readonly registryAuth?:
    | { readonly username: string; readonly password: string }
    | { readonly token: string }
    | undefined;
  /** All PEM; the server's certificate and name are always verified. (Default: what Node trusts) */
  readonly registryTls?: RegistryTls | undefined;
}

export interface RegistryTls {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly passphrase?: string | undefined;
}

/** Value of the `authorization` header. */
export function toAuthorization(auth: RegistryAccess['registryAuth']): string | undefined {
  if (auth === undefined) return undefined;
  if ('token' in auth) return `Bearer ${auth.token}`;
  return `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`;
}

export interface RegistryAnswer {
  readonly status: number;
  readonly text: string;
}

/** `path` is without a leading slash. Rejects when there is no complete answer; every status is an answer. */
export type AskRegistry = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
) => Promise<RegistryAnswer>;

/** Plain calls of the registry's API, for commands and checks. `timeoutMs` covers connect, answer and body. */
export function createRegistryCalls(access: RegistryAccess, timeoutMs: number): AskRegistry {
  const root = access.registryUrl.replace(/\/+$/, '');
  const authorization = toAuthorization(access.registryAuth);
  const dispatcher = access.registryTls && new Agent({ connect: { ...access.registryTls } });
  return async (method, path, body) => {
    const response = await request(`${root}/${path}`, {
      method,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        'content-type': 'application/vnd.schemaregistry.v1+json',
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
      ...(dispatcher ? { dispatcher } : {}),
    });
    return { status: response.statusCode, text: await response.body.text() };
  };
}
