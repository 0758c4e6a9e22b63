import { randomUUID } from 'node:crypto';
import { createApiBuilderFromCtpClient } from '@commercetools/platform-sdk';
import type { ByProjectKeyRequestBuilder } from '@commercetools/platform-sdk';
import { type Client, ClientBuilder } from '@commercetools/ts-client';
import {
  type Breaker,
  type BreakerOptions,
  createBreaker,
  createRateLimiter,
  type RateLimiter,
  type RateLimiterOptions,
} from '@pipeline/streams';
import { callSignal } from './callSignal.ts';
import { toPlatformError } from './errors.ts';
import { createHttpClient } from './httpClient.ts';
import type { HttpClientSettings } from './httpClient.ts';

export interface CommercetoolsClientSettings extends HttpClientSettings {
  readonly projectKey: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** e.g. https://api.europe-west1.gcp.commercetools.com; never built from a region: some have their own domain. */
  readonly apiUrl: string;
  readonly authUrl: string;
  /** Scopes, separated by blanks. (Default: all that the API client has) */
  readonly scope?: string | undefined;
  readonly breaker?: Partial<BreakerOptions>;
  readonly rate?: Partial<RateLimiterOptions>;
}

/** The root of the SDK's request builders, for one project. */
export type ApiRoot = ByProjectKeyRequestBuilder;

export interface CommercetoolsClient {
  readonly api: ApiRoot;
  /** Guards every request made through `api`, with the token request that it may need. */
  readonly breaker: Breaker;
  readonly rateLimiter: RateLimiter;
  /** Closes the connections; requests in flight end first. */
  close(): Promise<void>;
}

/**
 * One per process: each has its own token and its own connections. Requests are made once, with no repetition and no
 * bumping of versions inside; execute them through `call`, which turns what they reject with into a PipelineError, also
 * the breaker's refusal while commercetools is down.
 */
export function createCommercetoolsClient(settings: CommercetoolsClientSettings): CommercetoolsClient {
  const { projectKey, clientId, clientSecret, apiUrl, authUrl } = settings;
  const http = createHttpClient(settings);
  const scopes = settings.scope?.split(/\s+/).filter(Boolean) ?? [];
  const client = new ClientBuilder()
    .withProjectKey(projectKey)
    .withCorrelationIdMiddleware({ generate: randomUUID })
    .withUserAgentMiddleware({ libraryName: 'commercetools-fulfillment-pipeline' })
    .withClientCredentialsFlow({
      host: authUrl,
      projectKey,
      credentials: { clientId, clientSecret },
      ...(scopes.length > 0 ? { scopes } : {}),
      httpClient: http.send,
    })
    .withHttpMiddleware({
      host: apiUrl,
      httpClient: http.send,
      includeRequestInErrorResponse: false,
      maskSensitiveHeaderData: true,
    })
    .build();
  const breaker = createBreaker({
    target: 'commercetools',
    toError: (thrown) => toPlatformError(thrown, { write: false }),
    ...settings.breaker,
  });
  const rateLimiter = createRateLimiter({
    target: 'commercetools',
    toErrorClass: (thrown) => toPlatformError(thrown, { write: false })?.errorClass,
    ...settings.rate,
  });
  const api = createApiBuilderFromCtpClient(guard(client, { breaker, rateLimiter })).withProjectKey({ projectKey });
  return { api, breaker, rateLimiter, close: http.close };
}

/** Around the whole of a call, since the SDK itself renews a token that was refused: only a 401 after that is a failure. */
function guard(client: Client, { breaker, rateLimiter }: Pick<CommercetoolsClient, 'breaker' | 'rateLimiter'>): Client {
  return {
    ...client,
    execute(request) {
      const signal = callSignal();
      return breaker.run(() => rateLimiter.run(() => client.execute(request), signal), signal);
    },
  };
}
