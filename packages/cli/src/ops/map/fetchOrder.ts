import { call, createCommercetoolsClient, createCommercetoolsPlatform } from '@pipeline/platform-commercetools';
import type { OrderSnapshot } from '@pipeline/schemas';
import {
  commercetoolsSettings,
  defineSettings,
  type Environment,
  loadSettings,
  toCommercetoolsAccess,
} from '@pipeline/service-kit';
import { isPipelineError } from '@pipeline/streams';
import { isOrderId } from '../orderId.ts';

const TIMEOUT_MS = 30_000;

/**
 * The order with this id or order number as commercetools has it now, read as order-router reads it. Needs the scopes
 * view_orders and view_shipping_methods, and view_channels where one of `channelFields` refers to a channel.
 * @throws Error that there is none, SettingsError, PipelineError when commercetools does not answer.
 */
export async function fetchOrder(
  env: Environment,
  id: string,
  channelFields: readonly string[],
): Promise<OrderSnapshot> {
  const settings = loadSettings(defineSettings(commercetoolsSettings), env);
  const { api, close } = createCommercetoolsClient(toCommercetoolsAccess(settings));
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const platform = createCommercetoolsPlatform({ api, channelFields });
  try {
    const byId = isOrderId(id) ? await platform.getOrder(id, signal) : undefined;
    const order = byId ?? (await byNumber());
    if (order) return order;
    throw new Error(
      `commercetools has no order ${id} in the project ${settings.CTP_PROJECT_KEY}, neither by id nor by order number. A file needs a name that ends in .json, or a path.`,
    );
  } finally {
    await close();
  }

  async function byNumber(): Promise<OrderSnapshot | undefined> {
    try {
      const found = await call(api.orders().withOrderNumber({ orderNumber: id }).get(), { signal });
      return await platform.getOrder(found.id, signal);
    } catch (error) {
      if (isPipelineError(error) && error.errorClass === 'gone') return undefined;
      throw error;
    }
  }
}
