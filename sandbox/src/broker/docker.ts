import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { lastLines } from './command.ts';
import {
  brokerImages,
  brokerServices,
  checkObtainable,
  type Compose,
  composeFile,
  findCompose,
  findEngine,
  obtainImages,
} from './dockerImages.ts';
import { freePorts } from './freePorts.ts';
import { type Guard, startGuarded } from './guarded.ts';
import { withProgress } from './progress.ts';
import { untilAnswers } from './ready.ts';
import type { Broker, StartOptions, Way } from './types.ts';

const READY_TIMEOUT_MS = 300_000;
/** Above what `up` needs to create or to stop the containers. */
const GRACE_MS = 10_000;
const PORT_ATTEMPTS = 3;

/** The broker's containers of the root docker-compose.yml, under a project name of their own. */
export const docker: Way = {
  kind: 'docker',
  async probe({ env }, signal) {
    const compose = await findEngine(env, signal);
    const images = await brokerImages(compose, env, signal);
    await Promise.all(images.map((image) => checkObtainable(image, env, signal)));
  },
  async start(options) {
    const { env, log, signal } = options;
    const compose = await findCompose(env, signal);
    await obtainImages(await brokerImages(compose, env, signal), options);
    return withProgress(log, 'Starting Kafka and the schema registry in containers', async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await startOnce(options, compose);
        } catch (error) {
          if (attempt === PORT_ATTEMPTS || !/address already in use|port is already allocated/i.test(String(error)))
            throw error;
        }
      }
    });
  },
};

/**
 * `up` stays in the foreground under the watchdog: however this process ends, nothing creates containers any more when
 * `down` removes them; and a container that ends by itself ends the wait.
 */
async function startOnce(options: StartOptions, compose: Compose): Promise<Broker> {
  const [kafkaPort, registryPort] = (await freePorts(2)) as [number, number];
  // A container that ends by itself is not to come back: it ends the wait.
  const env = { ...options.env, KAFKA_PORT: String(kafkaPort), REGISTRY_PORT: String(registryPort), RESTART: 'no' };
  const project = `sandbox-${randomBytes(4).toString('hex')}`;
  const inProject = (...args: string[]) => ({
    command: compose.command,
    args: [...compose.args, '-p', project, '-f', composeFile, ...args],
  });
  const directory = await mkdtemp(path.join(os.tmpdir(), 'sandbox-docker-'));
  const logFile = path.join(directory, 'containers.log');
  // Held open: it can still be read when the watchdog has ended and removed it.
  const output = await open(logFile, 'a+');
  let guard: Guard | undefined;
  try {
    guard = startGuarded(
      {
        programs: [{ ...inProject('up', '--abort-on-container-exit', '--timeout', '5', ...brokerServices), logFile }],
        cleanUp: [inProject('down', '-v', '--timeout', '5')],
        remove: [directory],
        graceMs: GRACE_MS,
      },
      env,
    );
    const address = {
      brokers: [`127.0.0.1:${kafkaPort}`],
      registryUrl: `http://127.0.0.1:${registryPort}/apis/ccompat/v7`,
    };
    const giveUp = [guard.ended, AbortSignal.timeout(READY_TIMEOUT_MS), ...(options.signal ? [options.signal] : [])];
    await untilAnswers(address, AbortSignal.any(giveUp)).catch(async (cause: unknown) => {
      const end = lastLines(stripVTControlCharacters(await output.readFile('utf8')), 20) || '(empty)';
      throw new Error(`${(cause as Error).message}\n--- end of the log of the containers ---\n${end}`, { cause });
    });
    return { kind: 'docker', ...address, stop: guard.stop };
  } catch (error) {
    await guard?.stop();
    await rm(directory, { recursive: true, force: true });
    throw error;
  } finally {
    await output.close();
  }
}
