import path from 'node:path';
import {
  brokerImages,
  brokerServices,
  checkObtainable,
  type Compose,
  composeFile,
  findEngine,
  obtainImages,
} from './dockerImages.ts';
import { freePorts } from './freePorts.ts';
import { withProgress } from './progress.ts';
import { untilAnswers } from './ready.ts';
import type { Broker, StartOptions, Way } from './types.ts';

const READY_TIMEOUT_MS = 300_000;

/**
 * The `docker` way of the tests: the same containers of the root docker-compose.yml, kept by testcontainers. Its reaper
 * removes them when the run is killed, unless TESTCONTAINERS_RYUK_DISABLED=true; RYUK_CONTAINER_IMAGE names its image.
 */
export const testcontainers: Way = {
  kind: 'docker',
  async probe({ env }, signal) {
    const compose = await findEngine(env, signal);
    const images = [...(await brokerImages(compose, env, signal)), ...reaperImages(env)];
    await Promise.all(images.map((image) => checkObtainable(image, env, signal)));
  },
  async start(options) {
    const { env, log, signal } = options;
    const compose = await findEngine(env, signal);
    await obtainImages([...(await brokerImages(compose, env, signal)), ...reaperImages(env)], options);
    return withProgress(log, 'Starting Kafka and the schema registry by testcontainers', () =>
      startOnce(options, compose),
    );
  },
};

/** What testcontainers 12 takes; a newer one would pull its own. */
const REAPER_IMAGE = 'testcontainers/ryuk:0.14.0';

function reaperImages(env: StartOptions['env']): string[] {
  return env['TESTCONTAINERS_RYUK_DISABLED'] === 'true' ? [] : [env['RYUK_CONTAINER_IMAGE'] || REAPER_IMAGE];
}

async function startOnce({ signal }: StartOptions, { command, args }: Compose): Promise<Broker> {
  // Our ports are published there and nowhere else; testcontainers may guess the address of another interface.
  process.env['TESTCONTAINERS_HOST_OVERRIDE'] ??= '127.0.0.1';
  // Loaded here: it is large, and most runs find another way.
  const { DockerComposeEnvironment } = await import('testcontainers');
  const [kafkaPort, registryPort] = (await freePorts(2)) as [number, number];
  const environment = new DockerComposeEnvironment(path.dirname(composeFile), path.basename(composeFile))
    .withEnvironment({ KAFKA_PORT: String(kafkaPort), REGISTRY_PORT: String(registryPort), RESTART: 'no' })
    .withClientOptions({
      executable: args.length > 0 ? { executablePath: command } : { executablePath: command, standalone: true },
    })
    .withStartupTimeout(READY_TIMEOUT_MS);
  const started = await environment.up([...brokerServices]);
  const stop = async (): Promise<void> => void (await started.down({ removeVolumes: true }));
  try {
    const address = {
      brokers: [`127.0.0.1:${kafkaPort}`],
      registryUrl: `http://127.0.0.1:${registryPort}/apis/ccompat/v7`,
    };
    const giveUp = [AbortSignal.timeout(READY_TIMEOUT_MS), ...(signal ? [signal] : [])];
    await untilAnswers(address, AbortSignal.any(giveUp));
    return { kind: 'docker', ...address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
