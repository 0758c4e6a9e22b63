import { isPipelineError } from '@pipeline/streams';
import { call } from '../call.ts';
import type { ApiRoot } from '../client.ts';
import { namingScope } from './missingScope.ts';

/** What a subscription looks like from outside; never its destination, which holds secrets. */
export interface SubscriptionState {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  /** ISO. */
  readonly createdAt: string;
}

export type SubscriptionName = { readonly key: string } | { readonly id: string };

export const subscriptionStatuses = [
  'Healthy',
  'TemporaryError',
  'ConfigurationError',
  'ConfigurationErrorDeliveryStopped',
  'ManuallySuspended',
] as const;

/**
 * What the statuses mean for notifications: in the last two they are lost, also those that were kept back before; in
 * between they are kept and sent later. A change takes up to about a minute. (facts of the Subscriptions API)
 */
export const subscriptionRules = {
  delivering: ['Healthy'],
  losing: ['ConfigurationErrorDeliveryStopped', 'ManuallySuspended'],
  effectiveAfterMs: 60_000,
} as const;

/**
 * undefined: there is none. Needs the scope manage_subscriptions: commercetools has none for reading only.
 * @throws PipelineError as `call` does; `scope-missing` names the scope.
 */
export async function readSubscription(
  { api, projectKey }: { readonly api: ApiRoot; readonly projectKey: string },
  name: SubscriptionName,
  signal: AbortSignal,
): Promise<SubscriptionState | undefined> {
  const found = 'key' in name ? api.subscriptions().withKey(name) : api.subscriptions().withId({ ID: name.id });
  try {
    const { id, version, status, createdAt } = await call(found.get(), { signal });
    return { id, version, status, createdAt };
  } catch (error) {
    if (isPipelineError(error) && error.errorClass === 'gone') return undefined;
    throw namingScope(error, `manage_subscriptions:${projectKey}`);
  }
}
