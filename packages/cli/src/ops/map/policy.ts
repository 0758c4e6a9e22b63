import { defaultRoutingPolicy, type RoutingPolicy, type ShippingMethodRule } from '@pipeline/fulfillment';
import { defaultMappingConfig, type MappingConfig, readPipelineConfig } from '@pipeline/provider-fulfillmenttools';
import { defineSettings, type Environment, loadSettings } from '@pipeline/service-kit';

/** Those settings of order-router that say how an order is mapped. */
const settings = defineSettings({
  PIPELINE_CONFIG: { type: 'string', description: 'Path of a pipeline.yaml.' },
  SHIP_FROM_STORE_METHODS: { type: 'list', default: [], description: 'Keys of the shipping methods that are shipped.' },
  CLICK_AND_COLLECT_METHODS: {
    type: 'list',
    default: [],
    description: 'Keys of the shipping methods that are collected.',
  },
  UNKNOWN_SHIPPING_METHOD: {
    type: 'choice',
    choices: ['fail', 'hold', 'shipping'],
    default: 'fail',
    description: 'What becomes of a shipping method of neither list.',
  },
  COLLECT_FACILITY_FIELD: { type: 'string', description: 'Custom field with the facility of a click & collect order.' },
  CTP_PROJECT_KEY: { type: 'string', default: 'project', description: 'Project key, as it stands in the order.' },
});

export interface MapPolicy {
  readonly routing: RoutingPolicy;
  readonly mapping: MappingConfig;
  readonly projectKey: string;
}

/**
 * How order-router maps with the same environment. `file`: a pipeline.yaml in the place of PIPELINE_CONFIG.
 * @throws Error that lists what is wrong with the file, SettingsError for the environment.
 */
export function readMapPolicy(env: Environment, file: string | undefined): MapPolicy {
  const given = loadSettings(settings, env);
  const config = readConfig(file ?? given.PIPELINE_CONFIG);
  const rules = (keys: readonly string[], rule: ShippingMethodRule) => keys.map((key) => [key, rule] as const);
  return {
    routing: {
      ...defaultRoutingPolicy,
      unknownShippingMethod: given.UNKNOWN_SHIPPING_METHOD,
      collectFacilityField: given.COLLECT_FACILITY_FIELD ?? null,
      ...config.routing,
      shippingMethods: {
        ...Object.fromEntries([
          ...rules(given.SHIP_FROM_STORE_METHODS, { service: 'shipping' }),
          ...rules(given.CLICK_AND_COLLECT_METHODS, { service: 'collect' }),
        ]),
        ...config.routing.shippingMethods,
      },
    },
    mapping: config.mapping,
    projectKey: given.CTP_PROJECT_KEY,
  };
}

function readConfig(path: string | undefined): Pick<MapPolicy, 'mapping'> & { routing: Partial<RoutingPolicy> } {
  if (path === undefined) return { routing: {}, mapping: defaultMappingConfig };
  const parsed = readPipelineConfig(path);
  if ('config' in parsed) return parsed.config;
  throw new Error(`${path} cannot be used:\n${parsed.problems.map((each) => `- ${each}`).join('\n')}`);
}
