import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { docker } from './docker.ts';
import { brokerServices, imagesOf, isElsewhere } from './dockerImages.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'fake-docker-'));
  return () => rm(directory, { recursive: true });
});

/** A PATH whose programs are the given shell scripts; each call is noted in the file `calls`. */
async function fakes(scripts: Readonly<Record<string, string>>) {
  for (const [name, script] of Object.entries(scripts)) {
    const file = path.join(directory, name);
    await writeFile(file, `#!/bin/sh\necho "${name} $*" >> ${directory}/calls\n${script}\n`);
    await chmod(file, 0o755);
  }
  return { PATH: `${directory}:/bin`, TMPDIR: directory } as const;
}
const calls = async (): Promise<string[]> => (await readFile(path.join(directory, 'calls'), 'utf8')).trim().split('\n');

const options = (env: Readonly<Record<string, string>>, log: (line: string) => void = () => undefined) => ({
  env,
  log,
});
const probe = (env: Readonly<Record<string, string>>) => docker.probe(options(env), AbortSignal.timeout(20_000));
const config = 'printf \'services:\\n  kafka:\\n    image: a/kafka:1\\n  registry:\\n    image: "b/registry:2"\\n\'';

test("the broker's images are read from what compose prints, and nobody else's", () => {
  const printed = `services:
  commercetools:
    image: pipeline-simulators:local
  kafka:
    environment:
      KAFKA_IMAGE: no/image
    image: "a/kafka:1"
  registry:
    image: b/registry:2
networks:
  kafka:
    name: none
x-service:
  image: pipeline:local
`;
  expect(imagesOf(printed, brokerServices)).toEqual(['a/kafka:1', 'b/registry:2']);
});

test('only the broker of the file is started, and what ends stays ended', async () => {
  const env = await fakes({
    docker: `case "$*" in *" config") ${config};; *" up "*) echo "RESTART=$RESTART" >> ${directory}/calls; exit 1;; esac`,
  });

  await docker.start(options(env)).catch(() => undefined);

  expect(await calls()).toContainEqual(expect.stringMatching(/ up .* kafka registry$/));
  expect(await calls()).toContain('RESTART=no');
});

test.each([
  ['echo "the daemon is not running" >&2', 'the daemon is not running'],
  [
    'printf "Server:\\nERROR: Cannot connect to the Docker daemon.\\nerrors pretty printing info\\n" >&2',
    'Cannot connect to the Docker daemon.',
  ],
])('an engine that does not run is the reason, in the line that says so', async (output, reason) => {
  const error = await probe(await fakes({ docker: `${output}; exit 1` })).catch((cause: Error) => cause.message);

  expect(error).toBe(`no Docker engine: ${reason}`);
});

test('an engine without compose is the reason', async () => {
  const env = await fakes({ docker: 'case "$1" in compose) exit 1;; esac', 'docker-compose': 'exit 1' });

  await expect(probe(env)).rejects.toThrow('neither the plugin "docker compose" nor docker-compose');
});

test('without the plugin, the older docker-compose is used', async () => {
  const env = await fakes({
    docker: 'case "$1" in compose) exit 1;; esac',
    'docker-compose': `case "$*" in *" config") ${config};; esac`,
  });

  await expect(probe(env)).resolves.toBeUndefined();
  expect(await calls()).toContainEqual(expect.stringMatching(/^docker-compose -f .*docker-compose\.yml config$/));
});

test('images on the machine are enough, and no registry is asked', async () => {
  const env = await fakes({ docker: `case "$*" in *" config") ${config};; manifest*) exit 1;; esac` });

  await expect(probe(env)).resolves.toBeUndefined();
  expect((await calls()).filter((call) => call.startsWith('docker manifest'))).toEqual([]);
});

test('images that can be pulled are enough', async () => {
  const env = await fakes({ docker: `case "$*" in *" config") ${config};; "image inspect"*) exit 1;; esac` });

  await expect(probe(env)).resolves.toBeUndefined();
});

test('an image that is nowhere is named, with the reason', async () => {
  const env = await fakes({
    docker: `case "$*" in *" config") ${config};; "image inspect a/kafka:1") ;;
      "image inspect"*|manifest*) echo "no such manifest" >&2; exit 1;; esac`,
  });

  await expect(probe(env)).rejects.toThrow(
    'the image b/registry:2 is neither here nor can it be pulled: no such manifest',
  );
});

test.each(['tcp://docker:2375', 'ssh://me@build.example.org', 'tcp://[fd00::1]:2375', 'tcp://localhost.example.org:1'])(
  'an engine on another machine is no use: %s',
  async (host) => {
    await expect(probe({ ...(await fakes({ docker: '' })), DOCKER_HOST: host })).rejects.toThrow(
      `the Docker engine at ${host} is on another machine`,
    );
  },
);

test('the engine of the current context counts when DOCKER_HOST is not set', async () => {
  const env = await fakes({ docker: 'case "$1" in context) echo ssh://elsewhere;; esac' });

  await expect(probe(env)).rejects.toThrow('ssh://elsewhere is on another machine');
});

test.each([
  '',
  'unix:///run/user/1/docker.sock',
  'npipe:////./pipe/docker_engine',
  'tcp://127.0.0.1:2375',
  'tcp://[::1]:2375',
])('an engine on this machine: "%s"', (host) => {
  expect(isElsewhere(host)).toBe(false);
});

test('a container that ends while it is waited for is the error, with its log, and all is taken down', async () => {
  const env = await fakes({
    docker: `case "$*" in *" config") ${config};; *" up "*) echo "cannot open the log"; exit 1;; esac`,
  });

  await expect(docker.start(options(env))).rejects.toThrow(/does not answer[^]*cannot open the log/);

  const [, upProject] = /compose -p (\S+) .* up /.exec((await calls()).join('\n')) ?? [];
  expect((await calls()).at(-1)).toMatch(new RegExp(`^docker compose -p ${upProject} .* down -v`));
});

test('a port that somebody else was faster to take is replaced, under another project name', async () => {
  const env = await fakes({
    docker: `case "$*" in *" config") ${config};;
      *" up "*) echo $KAFKA_PORT >> ${directory}/ports; echo "bind: address already in use"; exit 1;; esac`,
  });

  await expect(docker.start(options(env))).rejects.toThrow('address already in use');

  const ports = (await readFile(path.join(directory, 'ports'), 'utf8')).trim().split('\n');
  expect(new Set(ports).size).toBe(3);
  const projects = (await calls()).map((call) => /-p (\S+) .* up /.exec(call)?.[1]).filter(Boolean);
  expect(new Set(projects).size).toBe(3);
});

test('missing images are pulled one after the other before anything is created, and said so', async () => {
  const env = await fakes({
    docker: `case "$*" in *" config") ${config};; "image inspect a/kafka:1"|*" up "*) exit 1;; esac`,
  });
  const lines: string[] = [];

  await docker.start(options(env, (line) => lines.push(line))).catch(() => undefined);

  const asked = await calls();
  expect(asked.filter((call) => call.startsWith('docker pull'))).toEqual(['docker pull --quiet a/kafka:1']);
  expect(asked.findIndex((call) => call.startsWith('docker pull'))).toBeLessThan(
    asked.findIndex((call) => call.includes(' up ')),
  );
  expect(lines[0]).toBe('Pulling the image a/kafka:1 (once) …');
});

test('when it is told to stop while containers start, they are taken down', async () => {
  const env = await fakes({
    docker: `case "$*" in *" config") ${config};; *" up "*) touch ${directory}/up; exec sleep 600;; esac`,
  });
  const told = new AbortController();
  const start = docker.start({ ...options(env), signal: told.signal });
  while (!existsSync(path.join(directory, 'up'))) await new Promise((resolve) => setTimeout(resolve, 20));

  told.abort(new Error('Told to stop'));

  await expect(start).rejects.toThrow('does not answer');
  expect((await calls()).at(-1)).toMatch(/ down -v/);
});
