import { type ApiRoot, createCommercetoolsClient } from '@pipeline/platform-commercetools';
import { commercetoolsSettings, type Environment, loadSettings, toCommercetoolsAccess } from '@pipeline/service-kit';
import { isPipelineError } from '@pipeline/streams';

/** The shop whose orders or channels are listed. */
export interface Shop {
  readonly api: ApiRoot;
  readonly projectKey: string;
}

export interface Listing {
  readonly what: 'Orders' | 'Channels';
  /** That the API client has to have, e.g. view_orders; the one that begins with manage_ will do as well. */
  readonly scope: string;
}

/**
 * Lends the shop.
 * @throws SettingsError as the services; Error that names the scope when the API client may not list them.
 */
export async function withShop<Result>(
  env: Environment,
  listing: Listing,
  use: (shop: Shop) => Promise<Result>,
): Promise<Result> {
  const access = toCommercetoolsAccess(loadSettings(commercetoolsSettings, env));
  const { api, close } = createCommercetoolsClient(access);
  try {
    return await use({ api, projectKey: access.projectKey });
  } catch (error) {
    if (!isPipelineError(error) || error.errorClass !== 'auth') throw error;
    const scope = `${listing.scope}:${access.projectKey}`;
    const wider = listing.scope.replace('view_', 'manage_');
    throw new Error(
      `${error.message} ${listing.what} are listed with the API client of CTP_CLIENT_ID, which needs the scope ${scope} (or ${wider}), and CTP_SCOPE, where it is set, must ask for it.`,
      { cause: error },
    );
  } finally {
    await close();
  }
}
