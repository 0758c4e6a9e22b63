import { connectFulfillmenttools } from '@pipeline/provider-fulfillmenttools';
import {
  defineSettings,
  engineSettings,
  type Environment,
  fulfillmenttoolsSettings,
  loadSettings,
  toFulfillmenttoolsAccess,
} from '@pipeline/service-kit';

const { CONCURRENCY, REQUEST_TIMEOUT_MS } = engineSettings;
const settings = defineSettings({ ...fulfillmenttoolsSettings, CONCURRENCY, REQUEST_TIMEOUT_MS });

/** The one way to fulfillmenttools. */
export type ProviderClient = ReturnType<typeof connectFulfillmenttools>;

/**
 * Lends fulfillmenttools.
 * @throws SettingsError as the services.
 */
export async function withProvider<Result>(
  env: Environment,
  use: (client: ProviderClient) => Promise<Result>,
): Promise<Result> {
  const client = connectFulfillmenttools(toFulfillmenttoolsAccess(loadSettings(settings, env)));
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
