import { randomUUID } from 'node:crypto';
import { createApiBuilderFromCtpClient } from '@commercetools/platform-sdk';
import type { ByProjectKeyRequestBuilder } from '@commercetools/platform-sdk';
import { ClientBuilder } from '@commercetools/ts-client';
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
}

/** The root of the SDK's request builders, for one project. */
export type ApiRoot = ByProjectKeyRequestBuilder;

export interface CommercetoolsClient {
  readonly api: ApiRoot;
  /** Closes the connections; requests in flight end first. */
  close(): Promise<void>;
}

/**
 * One per process: each has its own token and its own connections. Requests are made once, with no repetition and no
 * bumping of versions inside; execute them through `call`, which turns what they reject with into a PipelineError.
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
  return { api: createApiBuilderFromCtpClient(client).withProjectKey({ projectKey }), close: http.close };
}
