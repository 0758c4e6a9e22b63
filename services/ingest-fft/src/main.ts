import {
  connectFulfillmenttools,
  createCatchUpTurns,
  createFulfillmenttoolsReads,
} from '@pipeline/provider-fulfillmenttools';
import { landNotifications } from '@pipeline/landing';
import { pullNotifications } from '@pipeline/pull';
import { topics } from '@pipeline/schemas';
import {
  createStreamService,
  createWaiting,
  runWithSettings,
  type StreamService,
  takesNotifications,
  toFulfillmenttoolsAccess,
} from '@pipeline/service-kit';
import type { Message, RateLimiter } from '@pipeline/streams';
import { catchUp } from './catchUp/catchUp.ts';
import { inTurn } from './catchUp/inTurn.ts';
import { checkSettings, type Settings, settings } from './config.ts';
import { createPublishFulfillmentEvent } from './handlers/publishFulfillmentEvent.ts';
import { createEndpoints, toRecord } from './endpoints.ts';
import { createLinks } from './links.ts';
import { createCorrelationObserver } from './observer.ts';
import { toPullSources } from './pullSources.ts';
import { catchUpCodecTopics, codecTopics, normaliseTopology } from './topology.ts';
import manifest from '../package.json' with { type: 'json' };

await runWithSettings({ definitions: settings, check: checkSettings, run });

async function run(config: Settings): Promise<void> {
  const service = await createStreamService({
    name: 'ingest-fft',
    version: manifest.version,
    settings: config,
    definitions: settings,
    topics: [
      ...new Set([
        ...(config.ROLES.includes('normalise') ? codecTopics : []),
        ...(config.ROLES.includes('catch-up') ? catchUpCodecTopics : []),
      ]),
    ],
  });
  if (config.ROLES.includes('land')) await land(service, config);
  if (config.ROLES.includes('pull')) pull(service, config);
  const turns = createCatchUpTurns({ maxPerSecond: config.CATCH_UP_READS_PER_SECOND, share: () => service.share() });
  // First, so that calls to the host count as those of `normalise` where both have one.
  if (config.ROLES.includes('catch-up')) catchUp(service, config, turns);
  if (config.ROLES.includes('normalise')) normalise(service, config, turns);
}

function land(service: StreamService, config: Settings): Promise<void> {
  return landNotifications(service, {
    source: 'fulfillmenttools',
    topic: topics.fulfillmenttoolsNotifications,
    settings: config,
    secrets: {
      FFT_WEBHOOK_SECRET: config.FFT_WEBHOOK_SECRET,
      FFT_WEBHOOK_SECRET_PREVIOUS: config.FFT_WEBHOOK_SECRET_PREVIOUS,
    },
    endpoints: createEndpoints(config),
  });
}

function pull(service: StreamService, config: Settings): void {
  pullNotifications(service, {
    source: 'fulfillmenttools',
    topic: topics.fulfillmenttoolsNotifications,
    settings: config,
    sources: toPullSources(config),
    toRecords: (body) => [toRecord(body)],
    gatesReadiness: !config.ROLES.includes('land'),
  });
}

function normalise(service: StreamService, config: Settings, turns: RateLimiter): void {
  const access = toFulfillmenttoolsAccess(config, service);
  const client = connectFulfillmenttools(access);
  service.useVendor('fulfillmenttools', access.baseUrl, client);
  const { metrics } = service;
  const links = createLinks();
  const waiting = createWaiting<Message<Uint8Array>>();
  const stopping = new AbortController();
  service.shutdown.on('stop', 'turns of what was caught up', () => stopping.abort());
  const handler = createPublishFulfillmentEvent({
    reads: createFulfillmenttoolsReads({ client }),
    readsInTurn: (context) =>
      createFulfillmenttoolsReads({ client: inTurn(client, { turns, context, stopping: stopping.signal }) }),
    links,
    projectKey: config.CTP_PROJECT_KEY ?? '',
    instance: config.INSTANCE,
    waiting,
    waitMs: config.CORRELATION_WAIT_MS,
    giveUpMs: config.CORRELATION_GIVE_UP_MS,
    byTenantOrderId: config.CORRELATION_TENANT_ORDER_ID === 'order-number',
    producer: service.identity,
    observer: createCorrelationObserver(service),
  });
  const processor = service.run(normaliseTopology(handler, links.put), {
    settings: config,
    gatesReadiness: !takesNotifications(config),
  });
  metrics.onScrape(() => metrics.eventsHeld.set(waiting.count() + processor.status().held));
}
