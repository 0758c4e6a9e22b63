import { type ApiRoot, createCommercetoolsClient } from '@pipeline/platform-commercetools';
import { commercetoolsSettings, type Environment, loadSettings, toCommercetoolsAccess } from '@pipeline/service-kit';
import { isPipelineError } from '@pipeline/streams';

/** The shop whose orders are listed. */
export interface Shop {
  readonly api: ApiRoot;
  readonly projectKey: string;
}

/**
 * Lends the shop.
 * @throws SettingsError as the services; Error that names the scope when the API client may not list orders.
 */
export async function withShop<Result>(env: Environment, use: (shop: Shop) => Promise<Result>): Promise<Result> {
  const access = toCommercetoolsAccess(loadSettings(commercetoolsSettings, env));
  const { api, close } = createCommercetoolsClient(access);
  try {
    return await use({ api, projectKey: access.projectKey });
  } catch (error) {
    if (!isPipelineError(error) || error.errorClass !== 'auth') throw error;
    const scope = `view_orders:${access.projectKey}`;
    throw new Error(
      `${error.message} Orders are listed with the API client of CTP_CLIENT_ID, which needs the scope ${scope} (or manage_orders), and CTP_SCOPE, where it is set, must ask for it.`,
      { cause: error },
    );
  } finally {
    await close();
  }
}
