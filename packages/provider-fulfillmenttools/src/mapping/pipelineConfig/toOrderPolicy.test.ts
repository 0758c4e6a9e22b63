import { expect, test } from 'vitest';
import { defaultMappingConfig } from '../mappingConfig.ts';
import { parsePipelineConfig, type PipelineConfig } from './parsePipelineConfig.ts';
import { toOrderPolicy } from './toOrderPolicy.ts';
import type { RoutingSettings } from './toRoutingPolicy.ts';

const none = { SHIP_FROM_STORE_METHODS: [], CLICK_AND_COLLECT_METHODS: [], UNKNOWN_SHIPPING_METHOD: 'fail' } as const;
const noFile: PipelineConfig = { routing: {}, mapping: defaultMappingConfig };

function configOf(text: string): PipelineConfig {
  const parsed = parsePipelineConfig(text);
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.config;
}
const versionOf = (config: PipelineConfig, settings: Partial<RoutingSettings> = {}) =>
  toOrderPolicy(config, { ...none, ...settings }).mapping.version;

test.each<Partial<RoutingSettings>>([
  { SHIP_FROM_STORE_METHODS: ['dhl'] },
  { SHIP_FROM_STORE_METHODS: ['dhl', 'ups'] },
  { CLICK_AND_COLLECT_METHODS: ['dhl'] },
  { UNKNOWN_SHIPPING_METHOD: 'hold' },
  { COLLECT_FACILITY_FIELD: 'store' },
])('routing by settings is another mapping, with a file and without: %j', (settings) => {
  for (const config of [noFile, configOf('version: 1\nmapping: { pricing: true }')]) {
    const version = versionOf(config, settings);
    expect(version).toMatch(/^1-[0-9a-f]{8}$/);
    expect(version).not.toBe(versionOf(config));
    expect(version).toBe(versionOf(config, structuredClone(settings)));
    const others = [{ SHIP_FROM_STORE_METHODS: ['gls'] }, { UNKNOWN_SHIPPING_METHOD: 'shipping' as const }];
    for (const other of others) expect(version).not.toBe(versionOf(config, other));
  }
});

test('without any of them it is the mapping of the file, or the default', () => {
  const config = configOf('version: 1\nmapping: { pricing: true }');
  expect([versionOf(noFile), versionOf(config)]).toEqual(['1', config.mapping.version]);
  expect(versionOf(configOf('version: 1\npreset: connector'))).not.toBe(versionOf(configOf('version: 1')));
});

test('what the file overrules does not count, nor the order of a list', () => {
  const config = configOf('version: 1\nshipping: { unknownMethod: hold, collectFacilityField: own }');
  const overruled = { UNKNOWN_SHIPPING_METHOD: 'shipping', COLLECT_FACILITY_FIELD: 'other' } as const;
  expect(versionOf(config, overruled)).toBe(versionOf(config));
  const listed = (...keys: string[]) => versionOf(config, { SHIP_FROM_STORE_METHODS: keys });
  expect(listed('dhl', 'ups', 'dhl')).toBe(listed('ups', 'dhl'));
});

test('another file with the same settings is another mapping', () => {
  const settings = { SHIP_FROM_STORE_METHODS: ['dhl'] };
  const [one, other] = ['en', 'de'].map((locale) => configOf(`version: 1\nmapping: { locales: [${locale}] }`));
  if (one && other) expect(versionOf(one, settings)).not.toBe(versionOf(other, settings));
});

test('the routing is that of both', () => {
  const config = configOf('version: 1\nshipping: { methods: { pickup: { service: collect } } }');
  expect(toOrderPolicy(config, { ...none, SHIP_FROM_STORE_METHODS: ['dhl'] })).toMatchObject({
    routing: { shippingMethods: { dhl: { service: 'shipping' }, pickup: { service: 'collect' } } },
    mapping: { ...config.mapping, version: expect.any(String) },
  });
});
