import { createCommercetoolsClient } from '../client.ts';
import type { CommercetoolsClient, CommercetoolsClientSettings } from '../client.ts';

export const SECRET = 'the-client-secret-0815';

/** A client of a test server for everything. */
export function clientOf(url: string, settings: Partial<CommercetoolsClientSettings> = {}): CommercetoolsClient {
  const credentials = { projectKey: 'shop', clientId: 'client-1', clientSecret: SECRET };
  return createCommercetoolsClient({ ...credentials, apiUrl: url, authUrl: url, ...settings });
}
