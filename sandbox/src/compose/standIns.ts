/**
 * Images made on this machine of programs that it has, in the place of the public ones: for machines that can pull
 * none. Node with npm, Kafka and the registry on this machine's Java, Prometheus.
 */
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { obtainArtifacts } from '../broker/artifacts.ts';
import { runCommand } from '../broker/command.ts';
import { withProgress } from '../broker/progress.ts';
import { copyLibraries, copyPrograms, locate, sharedObjects } from './programs.ts';

export interface StandInOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** Stands before the name of every image. */
  readonly prefix: string;
  /** For what the images are made of. */
  readonly directory: string;
}

/** Names of images by the variable of docker-compose.yml that takes them. */
export type Images = Readonly<Record<string, string>>;

/** Makes those images that `env` does not name. Prometheus is left out where it cannot be had. */
export async function makeStandIns(options: StandInOptions): Promise<Images> {
  const { env, log } = options;
  const images: Record<string, string> = {};
  const make = async (variable: string, work: () => Promise<string>): Promise<void> => {
    if (!env[variable]) images[variable] = await withProgress(log, `Making an image for ${variable}`, work);
  };
  await make('NODE_IMAGE', () => makeNode(options));
  if (!env['KAFKA_IMAGE'] || !env['REGISTRY_IMAGE']) {
    const java = await makeJava(options);
    const { kafkaClassPath, registryJar } = await obtainArtifacts(options);
    await make('KAFKA_IMAGE', () => makeKafka(options, java, path.dirname(kafkaClassPath)));
    await make('REGISTRY_IMAGE', () => makeRegistry(options, java, registryJar));
  }
  await make('PROMETHEUS_IMAGE', () => makePrometheus(options)).catch((error: unknown) => {
    options.signal.throwIfAborted();
    log(`No Prometheus here: ${(error as Error).message}`);
  });
  return images;
}

interface Recipe {
  readonly name: string;
  /** Directory whose content is to be copied. */
  readonly context: string;
  readonly lines: readonly string[];
}

async function build(options: StandInOptions, { name, context, lines }: Recipe): Promise<string> {
  const image = `${options.prefix}/${name}`;
  const file = path.join(options.directory, `${name}.Dockerfile`);
  await writeFile(file, `${lines.join('\n')}\n`);
  await runCommand('docker', ['build', '--quiet', '--tag', image, '--file', file, context], options);
  return image;
}

async function makeNode(options: StandInOptions): Promise<string> {
  const root = path.join(options.directory, 'node');
  await copyPrograms(root, [process.execPath]);
  // …/npm/bin/npm-cli.js
  const npm = path.dirname(path.dirname(await locate('npm')));
  await cp(npm, path.join(root, 'usr/lib/node_modules/npm'), { recursive: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', path.join(root, 'usr/bin/npm'));
  // Where this machine trusts further authorities, npm has to do so there too.
  const authorities = options.env['NODE_EXTRA_CA_CERTS'];
  if (authorities) await cp(authorities, path.join(root, authorities), { dereference: true });
  const lines = ['FROM scratch', 'COPY . /', ...(authorities ? [`ENV NODE_EXTRA_CA_CERTS=${authorities}`] : [])];
  return build(options, { name: 'node', context: root, lines });
}

async function makeJava(options: StandInOptions): Promise<string> {
  const root = path.join(options.directory, 'java');
  await copyPrograms(root, []);
  const settings = await runCommand('java', ['-XshowSettings:properties', '-version'], options);
  const home = /^\s*java\.home = (.+)$/m.exec(settings)?.[1] ?? path.dirname(path.dirname(await locate('java')));
  for (const part of ['bin', 'conf', 'lib', 'release']) {
    // Debian's JDK has links to packages that may not be there.
    await cp(path.join(home, part), path.join(root, 'opt/java', part), {
      recursive: true,
      dereference: true,
      filter: existsSync,
    });
  }
  await copyLibraries(root, [path.join(home, 'bin/java'), ...(await sharedObjects(path.join(home, 'lib')))]);
  return build(options, {
    name: 'java',
    context: root,
    lines: ['FROM scratch', 'COPY . /', 'ENV PATH=/opt/java/bin:/usr/bin'],
  });
}

/** Configured by the very class that configures the public image, from the same variables. */
async function makeKafka(options: StandInOptions, java: string, libraries: string): Promise<string> {
  const context = path.join(options.directory, 'kafka');
  await cp(libraries, path.join(context, 'libs'), { recursive: true });
  const start = [
    '#!/bin/bash -e',
    "run='java -cp /opt/kafka/libs/* -XX:TieredStopAtLevel=1 -XX:+UseSerialGC'",
    'export CLUSTER_ID=${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}',
    'directories="--default-configs-dir /etc/kafka/docker --mounted-configs-dir /mnt/shared/config --final-configs-dir /opt/kafka/config"',
    'set -f',
    '$run kafka.docker.KafkaDockerWrapper setup $directories',
    'exec $run $KAFKA_HEAP_OPTS -Dorg.slf4j.simpleLogger.defaultLogLevel=warn kafka.Kafka /opt/kafka/config/server.properties',
  ];
  await script(path.join(context, 'start'), start);
  for (const name of ['server.properties', 'log4j2.yaml', 'tools-log4j2.yaml']) {
    await writeFile(path.join(await made(path.join(context, 'defaults')), name), '');
  }
  const lines = [
    `FROM ${java}`,
    'COPY libs /opt/kafka/libs',
    'COPY defaults /etc/kafka/docker',
    'COPY start /start',
    'RUN mkdir -p /opt/kafka/config /mnt/shared/config && chmod 777 /opt/kafka/config',
    'USER 1000:1000',
    'CMD ["/start"]',
  ];
  return build(options, { name: 'kafka', context, lines });
}

async function makeRegistry(options: StandInOptions, java: string, jar: string): Promise<string> {
  const context = path.join(options.directory, 'registry');
  await cp(path.dirname(jar), path.join(context, 'app'), { recursive: true });
  await script(path.join(context, 'start'), ['#!/bin/bash', `exec java $JAVA_OPTIONS -jar /app/${path.basename(jar)}`]);
  const lines = [`FROM ${java}`, 'COPY app /app', 'COPY start /start', 'USER 1000:1000', 'CMD ["/start"]'];
  return build(options, { name: 'registry', context, lines });
}

async function makePrometheus(options: StandInOptions): Promise<string> {
  const root = path.join(options.directory, 'prometheus');
  await copyPrograms(root, await findPrometheus(options));
  for (const name of ['prometheus', 'tmp']) await chmod(await made(path.join(root, name)), 0o777);
  const lines = [
    'FROM scratch',
    'COPY . /',
    'USER 1000:1000',
    'ENTRYPOINT ["prometheus"]',
    'CMD ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]',
  ];
  return build(options, { name: 'prometheus', context: root, lines });
}

/** Those of this machine, else out of Debian's package, which is not installed. */
async function findPrometheus({ directory, env, signal }: StandInOptions): Promise<string[]> {
  const names = ['prometheus', 'promtool'];
  try {
    return await Promise.all(names.map(locate));
  } catch {
    const unpacked = await made(path.join(directory, 'prometheus-package'));
    await runCommand('sh', ['-c', `cd "$1" && apt-get download -qq prometheus`, 'sh', unpacked], { env, signal });
    const [file = ''] = (await readdir(unpacked)).filter((name) => name.endsWith('.deb'));
    await runCommand('dpkg-deb', ['-x', path.join(unpacked, file), unpacked], { env, signal });
    return names.map((name) => path.join(unpacked, 'usr/bin', name));
  }
}

async function script(file: string, lines: readonly string[]): Promise<void> {
  await writeFile(file, `${lines.join('\n')}\n`);
  await chmod(file, 0o755);
}

async function made(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  return directory;
}
