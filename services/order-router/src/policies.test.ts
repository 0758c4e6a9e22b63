import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  createConfigReader,
  defaultMappingConfig,
  type ReadConfig,
  toOrderPolicy as mergePolicy,
  usablePipelineConfig,
} from '@pipeline/provider-fulfillmenttools';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Settings } from './config.ts';
import { checkSettings as check } from './policies.ts';

const settings = (over: Partial<Settings> = {}) =>
  ({
    PLACEMENT: 'on',
    SHIP_FROM_STORE_METHODS: [],
    CLICK_AND_COLLECT_METHODS: [],
    UNKNOWN_SHIPPING_METHOD: 'fail',
    PLACEMENT_HOLD_LOCK: [],
    PLACEMENT_HOLD_WAIT: [],
    PLACEMENT_EXCLUDE_STORES: [],
    PLACEMENT_EXCLUDE_ORDER_NUMBERS: [],
    PLACEMENT_EXCLUDE_EMAIL_DOMAINS: [],
    PLACEMENT_EXCLUDE_FIELDS: [],
    ...over,
  }) as unknown as Settings;

const toPipelineConfig = ({ PIPELINE_CONFIG: file }: Settings, readConfig: ReadConfig) =>
  usablePipelineConfig(readConfig(file));
const checkSettings = (given: Settings) => check(given, createConfigReader());
const toOrderPolicy = (given: Settings) => mergePolicy(toPipelineConfig(given, createConfigReader()), given);
const toRoutingPolicy = (given: Settings) => toOrderPolicy(given).routing;
const toMappingConfig = (given: Settings) => toOrderPolicy(given).mapping;

function fileOf(text: string): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'pipeline-config-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = path.join(directory, 'pipeline.yaml');
  writeFileSync(file, text);
  return file;
}

const YAML = `
version: 1
shipping:
  methods: { express: { service: shipping, serviceLevel: SAMEDAY, carriers: [UPS] } }
  unknownMethod: hold
tags: { store: tag-store }
mapping: { pricing: true }
`;

describe('without a pipeline.yaml', () => {
  test('the settings say what is shipped and what is collected', () => {
    const given = settings({ SHIP_FROM_STORE_METHODS: ['dhl'], CLICK_AND_COLLECT_METHODS: ['pickup'] });
    expect(checkSettings(given)).toEqual([]);
    expect(toRoutingPolicy(given)).toMatchObject({
      shippingMethods: { dhl: { service: 'shipping' }, pickup: { service: 'collect' } },
      unknownShippingMethod: 'fail',
      storeTag: null,
    });
    expect(toMappingConfig(given)).toEqual({ ...defaultMappingConfig, version: expect.stringMatching(/^1-/) });
    expect(toMappingConfig(settings())).toEqual(defaultMappingConfig);
  });
});

describe('with a pipeline.yaml', () => {
  test('its word goes before the settings, and its methods stand beside theirs', () => {
    const given = settings({
      PIPELINE_CONFIG: fileOf(YAML),
      SHIP_FROM_STORE_METHODS: ['dhl'],
      COLLECT_FACILITY_FIELD: 'pickupStore',
    });
    expect(checkSettings(given)).toEqual([]);
    expect(toRoutingPolicy(given)).toMatchObject({
      shippingMethods: {
        dhl: { service: 'shipping' },
        express: { service: 'shipping', serviceLevel: 'SAMEDAY', carriers: ['UPS'] },
      },
      unknownShippingMethod: 'hold',
      collectFacilityField: 'pickupStore',
      storeTag: 'tag-store',
    });
    expect(toMappingConfig(given)).toMatchObject({ pricing: true, version: expect.stringMatching(/^1-/) });
  });

  test('its methods are enough to place orders, and so is what it says of unknown ones', () => {
    const methods = 'version: 1\nshipping: { methods: { dhl: { service: shipping } } }';
    expect(checkSettings(settings({ PIPELINE_CONFIG: fileOf(methods) }))).toEqual([]);
    expect(checkSettings(settings({ PIPELINE_CONFIG: fileOf('version: 1\npreset: connector') }))).toEqual([]);
    expect(checkSettings(settings({ PIPELINE_CONFIG: fileOf('version: 1') }))).toHaveLength(1);
  });

  test('that names a method of the settings is a problem', () => {
    const file = fileOf('version: 1\nshipping: { methods: { dhl: { service: collect } } }');
    const given = settings({ PIPELINE_CONFIG: file, SHIP_FROM_STORE_METHODS: ['dhl'] });
    expect(checkSettings(given)).toEqual([
      'PIPELINE_CONFIG names dhl, which SHIP_FROM_STORE_METHODS or CLICK_AND_COLLECT_METHODS names too',
    ]);
  });

  test('that is wrong is named with its path, line and field, and nothing starts with it', () => {
    const given = settings({ PIPELINE_CONFIG: fileOf('version: 1\nshipping:\n  unknownMethod: ship') });
    expect(checkSettings(given)).toEqual([
      expect.stringMatching(/^PIPELINE_CONFIG, line 3: shipping\.unknownMethod must be one of fail, hold/),
    ]);
    expect(() => toRoutingPolicy(given)).toThrow('shipping.unknownMethod');
  });

  test('that is not there is a problem', () => {
    expect(checkSettings(settings({ PIPELINE_CONFIG: '/nowhere/pipeline.yaml' }))).toEqual([
      'PIPELINE_CONFIG, the file cannot be read (ENOENT)',
    ]);
  });

  test('that is changed or lost after it was checked is used as it was checked', () => {
    const file = fileOf(YAML);
    const given = settings({ PIPELINE_CONFIG: file });
    const readConfig = createConfigReader();
    expect(check(given, readConfig)).toEqual([]);
    rmSync(file);
    expect(toPipelineConfig(given, readConfig)).toMatchObject({ mapping: { pricing: true } });
    expect(() => toPipelineConfig(given, createConfigReader())).toThrow('ENOENT');
  });
});
