import { readFileSync } from 'node:fs';
import { kafkaSettings, loadSettings } from '@pipeline/service-kit';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { FACILITY_SYNC, serviceNames } from '../environment.ts';
import { services as definitions } from '../reference/services.ts';

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string | number | null>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly build?: { readonly args: { readonly NODE_IMAGE: string } };
}

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
const servicesOf = (file: string): Record<string, Service> =>
  (parse(read(file), { merge: true }) as { services: Record<string, Service> }).services;

const compose = servicesOf('docker-compose.yml');
const overlay = servicesOf('docker-compose.own-kafka.yml');

/** What compose makes of it when no variable is set. */
const filledIn = (environment: Service['environment'] = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      String(value).replace(/\$\{\w+:-([^}]*)\}/g, (_, preset: string) => preset),
    ]),
  );

const processNames = [...serviceNames, FACILITY_SYNC];

test.each(processNames)('%s has in docker-compose.yml all settings that it needs', (name) => {
  const { settings } = definitions.find((one) => one.name === name) ?? expect.unreachable();

  expect(() => loadSettings(settings, filledIn(compose[name]?.environment))).not.toThrow();
});

test.each(processNames)('%s has in docker-compose.yml no setting that does not exist', (name) => {
  const { settings } = definitions.find((one) => one.name === name) ?? expect.unreachable();

  expect(Object.keys(settings)).toEqual(expect.arrayContaining(Object.keys(compose[name]?.environment ?? {})));
});

test.each(['setup', ...processNames])('the overlay passes %s every setting about Kafka and the registry', (name) => {
  const passed = Object.keys(overlay[name]?.environment ?? {});
  const known = Object.keys(kafkaSettings);

  expect(passed.filter((variable) => !variable.endsWith('_FILE')).sort()).toEqual(known.sort());
  expect(known).toEqual(expect.arrayContaining(passed.map((variable) => variable.replace(/_FILE$/, ''))));
});

test('what the overlay has no value for is passed on only when it is set', () => {
  const { KAFKA_BROKERS: _, SCHEMA_REGISTRY_URL: __, ...others } = overlay['setup']?.environment ?? {};

  expect(new Set(Object.values(others))).toEqual(new Set([null]));
});

test('every image can be replaced by a variable', () => {
  for (const { image } of Object.values(compose)) expect(image).toMatch(/^\$\{[A-Z]+_IMAGE:-[^}]+:[^}]+\}$/);
});

test('every published port is on the loopback interface and can be replaced by a variable', () => {
  const ports = [compose, overlay].flatMap((file) => Object.values(file).flatMap((service) => service.ports ?? []));

  expect(ports.length).toBeGreaterThan(0);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z_]+_PORT:-\d+\}:\d+$/);
});

test('the images have the Node that the tests run on', () => {
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { version: string }> };
  const version = lock.packages['node_modules/node']?.version ?? 'none';

  expect(read('Dockerfile')).toContain(`ARG NODE_VERSION=${version}\n`);
  for (const { build } of Object.values(compose))
    if (build) expect(build.args.NODE_IMAGE).toContain(`node:${version}-`);
});

test('Prometheus has every rule file of its configuration, beside it', () => {
  const { rule_files: rules } = parse(read('deploy/prometheus/prometheus.yml')) as { rule_files: string[] };
  const mounted = compose['prometheus']?.volumes ?? [];

  expect(rules).toContain('alerts.yml');
  for (const file of ['prometheus.yml', ...rules])
    expect(mounted).toContain(`./deploy/prometheus/${file}:/etc/prometheus/${file}:ro`);
});

test('Prometheus scrapes every service', () => {
  const config = parse(read('deploy/prometheus/prometheus.yml')) as {
    scrape_configs: { dns_sd_configs: { names: string[]; port: number }[] }[];
  };
  const [{ names, port } = expect.unreachable()] = config.scrape_configs.flatMap((job) => job.dns_sd_configs);

  expect([...names].sort()).toEqual([...processNames].sort());
  expect(port).toBe(9464);
});
