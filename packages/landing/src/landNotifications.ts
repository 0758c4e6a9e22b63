import type { Topic } from '@pipeline/schemas';
import type { StreamService } from '@pipeline/service-kit';
import { failpoint } from '@pipeline/streams';
import type { LandingServer, LandingServerOptions } from './landingServer.ts';
import type { NotificationSource } from './landingMessage.ts';
import { createLandingHooks } from './landingMetrics.ts';

export interface LandNotificationsOptions {
  readonly source: NotificationSource;
  readonly topic: Topic<Uint8Array>;
  readonly settings: { readonly HOST: string; readonly PORT: number; readonly TOPIC_PREFIX: string };
  /** undefined is a defect: the settings were checked. */
  readonly secret: string | undefined;
  readonly keyOf: LandingServerOptions['keyOf'];
  /** The vendor's own endpoint. */
  readonly createServer: (
    options: Pick<LandingServerOptions, 'host' | 'port' | 'secret' | 'keyOf' | 'publish' | 'producer' | 'hooks'>,
  ) => Promise<LandingServer>;
}

/** Takes a vendor's notifications over HTTP into their topic, from now until the service stops. */
export async function landNotifications(
  { producer, identity, shutdown, logger, metrics, checkWritable }: StreamService,
  { source, topic, settings, secret, keyOf, createServer }: LandNotificationsOptions,
): Promise<void> {
  if (secret === undefined) throw new Error(`The secret of the ${source} endpoint is missing.`);
  const deployed = `${settings.TOPIC_PREFIX}${topic.name}`;
  checkWritable(topic);
  const server = await createServer({
    host: settings.HOST,
    port: settings.PORT,
    secret,
    keyOf,
    async publish(message) {
      const key = message.key ?? undefined;
      await failpoint('ingest.beforeProduce', key);
      await producer.send([{ topic: deployed, ...message }]);
      await failpoint('ingest.afterProduce', key);
    },
    producer: identity,
    hooks: createLandingHooks({ metrics, logger, source }),
  });
  shutdown.on('stop', 'landing', () => server.close());
  logger.info('landing notifications', { url: server.url, topic: deployed });
}
