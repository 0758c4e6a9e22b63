import { type PullNotificationsOptions, toPubSubSource, toServiceBusSource } from '@pipeline/pull';
import type { Settings } from './config.ts';

const sources = { pubsub: toPubSubSource, servicebus: toServiceBusSource };

/** What the settings say is to be read. */
export const toPullSources = (settings: Settings): PullNotificationsOptions['sources'] =>
  [...new Set(settings.FFT_PULL_TRANSPORTS)].map((target) => ({ target, create: sources[target](settings) }));
