import type { CatchUpNotificationsOptions } from '@pipeline/catch-up';
import {
  type CommercetoolsClient,
  createMessageRecord,
  createOrderRecord,
  readSubscription,
  type SubscriptionName,
  subscriptionRules,
  subscriptionStatuses,
} from '@pipeline/platform-commercetools';
import { given, type Logger } from '@pipeline/service-kit';
import type { Settings } from './config.ts';

type Parts = Pick<CatchUpNotificationsOptions, 'account' | 'reader' | 'subscription'>;

/** What the settings say is to be read and looked after. */
export function toCatchUp(
  config: Settings,
  { api }: Pick<CommercetoolsClient, 'api'>,
  logger: Pick<Logger, 'warn'>,
): Parts {
  const projectKey = given(config, 'CTP_PROJECT_KEY');
  const access = { api, projectKey };
  const onUnknown = (error: unknown): void =>
    logger.warn('it cannot be seen whether the project keeps messages; a catch-up finds nothing if it does not', {
      projectKey,
      error,
    });
  const readers = {
    messages: () => createMessageRecord(access, onUnknown),
    orders: () => createOrderRecord(access),
    off: () => undefined,
  };
  const name = toName(config);
  return {
    account: projectKey,
    reader: readers[config.CT_CATCH_UP](),
    subscription: name && {
      look: (signal) => readSubscription(access, name, signal),
      rules: subscriptionRules,
      statuses: subscriptionStatuses,
      everyMs: config.CT_SUBSCRIPTION_EVERY_MS,
    },
  };
}

function toName({ CT_SUBSCRIPTION_KEY: key, CT_SUBSCRIPTION_ID: id }: Settings): SubscriptionName | undefined {
  if (key !== undefined) return { key };
  return id === undefined ? undefined : { id };
}
