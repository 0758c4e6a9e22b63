import type { Topic } from '@pipeline/schemas';
import type { NotificationSource, StreamService } from '@pipeline/service-kit';
import type { Endpoint } from './endpoint.ts';
import { createLandingHooks } from './landingMetrics.ts';
import { createLandingServer } from './landingServer.ts';
import { createPublish } from './publish.ts';
import { createPublishHealth } from './publishHealth.ts';
import { minSecretLength } from './pushSettings.ts';
import { createPushObserver } from './pushObserver.ts';
import type { AcceptedSecrets } from './secrets/secretCheck.ts';
import { createSecretSource } from './secrets/secretSource.ts';
import type { TransportObserver } from './transports/transport.ts';

export interface LandNotificationsOptions {
  readonly source: NotificationSource;
  readonly topic: Topic<Uint8Array>;
  readonly settings: {
    readonly HOST: string;
    readonly PORT: number;
    readonly TOPIC_PREFIX: string;
    readonly PUSH_MAX_BYTES: number;
  };
  /**
   * Secrets that count, by the name of their setting: the current one first, then previous ones, whose files may be
   * missing and may come later. One without a value is not given.
   */
  readonly secrets: Readonly<Record<string, string | undefined>>;
  /** The endpoints of the transports that the settings choose. */
  readonly endpoints: (parts: EndpointParts) => readonly Endpoint[];
  /** Names the files that secrets are read from. (Default: process.env.) */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface EndpointParts {
  /** Those of now: they follow their files. None when none is given. */
  readonly secrets: AcceptedSecrets;
  readonly observer: TransportObserver;
}

type LandingService = Pick<
  StreamService,
  'producer' | 'identity' | 'shutdown' | 'logger' | 'metrics' | 'checkWritable' | 'canWrite' | 'addCheck'
>;

/** Takes a vendor's notifications over HTTP into their topic, from now until the service stops. */
export async function landNotifications(
  { producer, identity, shutdown, logger, metrics, checkWritable, canWrite, addCheck }: LandingService,
  { source, topic, settings, secrets, endpoints, env = process.env }: LandNotificationsOptions,
): Promise<void> {
  const deployed = `${settings.TOPIC_PREFIX}${topic.name}`;
  const observer = createPushObserver({ metrics, logger, source });
  const given = Object.entries(secrets)
    .map(([name, value], index) => ({ name, value, path: env[`${name}_FILE`] || undefined, optional: index > 0 }))
    .filter(({ value, path }) => value !== undefined || path !== undefined);
  const secretSource =
    given.length > 0 && createSecretSource({ settings: given, minLength: minSecretLength, ...observer });
  checkWritable(topic);
  const health = createPublishHealth({ probe: () => canWrite(topic), signal: shutdown.signal });
  addCheck(health.check);
  const server = await createLandingServer({
    host: settings.HOST,
    port: settings.PORT,
    source,
    endpoints: endpoints({ secrets: secretSource ? secretSource.secrets : () => [], observer }),
    maxBytesInFlight: settings.PUSH_MAX_BYTES,
    publish: health.watch(createPublish(producer, deployed)),
    producer: identity,
    hooks: createLandingHooks({ metrics, logger, source }),
  });
  metrics.onScrape(() => metrics.landingBytes.set(server.bytesInFlight()));
  shutdown.on('stop', 'landing', async () => {
    if (secretSource) secretSource.close();
    await server.close();
  });
  logger.info('landing notifications', { url: server.url, topic: deployed });
}
