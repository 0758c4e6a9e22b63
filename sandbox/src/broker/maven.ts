import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Artifacts, obtainArtifacts } from './artifacts.ts';
import { runCommand } from './command.ts';
import { freePorts } from './freePorts.ts';
import { type Guard, startGuarded } from './guarded.ts';
import { formatStorage, java, javaEnvironment, kafkaArgs, logEnds, QUICK_START } from './javaPrograms.ts';
import { withProgress } from './progress.ts';
import { untilAnswers } from './ready.ts';
import { serverProperties } from './serverProperties.ts';
import type { Broker, StartOptions, Way } from './types.ts';

/** Three seconds on an idle machine, a minute on a busy one. */
const READY_TIMEOUT_MS = 300_000;
const GRACE_MS = 10_000;
const PORT_ATTEMPTS = 3;

/** Apache Kafka and the Apicurio registry as Java programs, from Maven artifacts. */
export const maven: Way = {
  kind: 'maven',
  async probe({ env }, signal) {
    const version = javaMajor(await runCommand(java(env), ['-version'], { env, signal }));
    if (version < 17) throw new Error(`Java is too old: ${version || 'unknown'}, needed is 17 or later`);
    await runCommand('mvn', ['--version'], { env, signal });
    await runCommand('tar', ['--version'], { env, signal });
  },
  async start(options) {
    const artifacts = await obtainArtifacts(options);
    return withProgress(options.log, 'Starting Kafka and the schema registry', async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await startOnce(options, artifacts);
        } catch (error) {
          if (attempt === PORT_ATTEMPTS || !/Address already in use|already bound|BindException/.test(String(error)))
            throw error;
        }
      }
    });
  },
};

/** From what `java -version` prints, e.g. `openjdk version "17.0.15"`; 0 when it says none. `1.8` is 8. */
export function javaMajor(output: string): number {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(output) ?? [];
  return Number(first === '1' ? second : first) || 0;
}

async function startOnce(options: StartOptions, artifacts: Artifacts): Promise<Broker> {
  const { env, dataDir, signal } = options;
  const directory = dataDir ? path.resolve(dataDir) : await mkdtemp(path.join(os.tmpdir(), 'sandbox-kafka-'));
  const remove = dataDir ? [] : [directory];
  let guard: Guard | undefined;
  try {
    const [brokerPort, controllerPort, registryPort] = (await freePorts(3)) as [number, number, number];
    const properties = path.join(directory, 'server.properties');
    const logDir = path.join(directory, 'kafka');
    await mkdir(logDir, { recursive: true });
    await writeFile(properties, serverProperties({ brokerPort, controllerPort, logDir }));
    if (!existsSync(path.join(logDir, 'meta.properties'))) await formatStorage(options, artifacts, properties);

    const logFiles = { kafka: path.join(directory, 'kafka.log'), registry: path.join(directory, 'registry.log') };
    const programs = [
      { command: java(env), args: kafkaArgs(env, artifacts, properties), logFile: logFiles.kafka },
      {
        command: java(env),
        args: registryArgs(artifacts, registryPort, dataDir && directory),
        logFile: logFiles.registry,
      },
    ];
    guard = startGuarded({ programs, cleanUp: [], remove, graceMs: GRACE_MS }, javaEnvironment(env));
    const address = {
      brokers: [`127.0.0.1:${brokerPort}`],
      registryUrl: `http://127.0.0.1:${registryPort}/apis/ccompat/v7`,
    };
    const { ended, restart, stop } = guard;
    const untilUp = (...giveUp: AbortSignal[]) =>
      untilAnswers(address, AbortSignal.any([ended, AbortSignal.timeout(READY_TIMEOUT_MS), ...giveUp])).catch(
        async (cause: unknown) => {
          throw new Error(`${(cause as Error).message}\n${await logEnds(logFiles)}`, { cause });
        },
      );
    await untilUp(...(signal ? [signal] : []));
    return {
      kind: 'maven',
      ...address,
      async restart(how) {
        await restart(
          programs.findIndex(({ logFile }) => logFile === logFiles.kafka),
          how,
        );
        await untilUp();
      },
      stop,
    };
  } catch (error) {
    await guard?.stop();
    for (const path of remove) await rm(path, { recursive: true, force: true });
    throw error;
  }
}

/** Without a directory it keeps the schemas in memory. */
const registryArgs = ({ registryJar }: Artifacts, port: number, directory: string | undefined): string[] => [
  ...QUICK_START,
  '-Xmx256m',
  '-Djava.net.preferIPv4Stack=true',
  '-Dquarkus.http.host=127.0.0.1',
  `-Dquarkus.http.port=${port}`,
  ...(directory ? [`-Dregistry.datasource.url=jdbc:h2:file:${path.join(directory, 'registry')}`] : []),
  '-jar',
  registryJar,
];
