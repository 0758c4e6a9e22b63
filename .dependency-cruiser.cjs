/** Who may import whom. See the layout in docs: services → adapters → streams, fulfillment. */

const TEST = '\\.test\\.ts$|/testkit/|/testing/|/contract/';
const workspace = '^(packages|services|simulators)/[^/]+/|^(sandbox|schemas|e2e|bench|faults)/';

/** Dependencies of one part on the other parts of this repository; tests may in addition use the sandbox. */
const partMayUse = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: TEST },
  to: { path: workspace, pathNot: [from, ...allowed] },
});

const SCHEMAS = '^schemas/';
const FULFILLMENT = '^packages/fulfillment/';
const STREAMS = '^packages/streams/';
const HTTP_EXCHANGE = '^packages/http-exchange/';
const SERVICE_KIT = '^packages/service-kit/';
const LANDING = '^packages/landing/';
const PULL = '^packages/pull/';
const CATCH_UP = '^packages/catch-up/';
const ADAPTERS = '^packages/(platform|provider)-[^/]+/';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Type-only imports may point back: they are gone at run time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },

    partMayUse('schemas-stand-alone', SCHEMAS, []),
    partMayUse('fulfillment-is-the-core', FULFILLMENT, [SCHEMAS]),
    {
      name: 'fulfillment-is-pure',
      comment: 'No I/O, no clock, no npm: the functional core. Of the schemas it takes types only.',
      severity: 'error',
      from: { path: '^packages/fulfillment/src/', pathNot: TEST },
      to: { dependencyTypesNot: ['local', 'type-only'], pathNot: FULFILLMENT },
    },
    partMayUse('http-exchange-stands-alone', HTTP_EXCHANGE, []),
    partMayUse('streams-know-no-vendor', STREAMS, [SCHEMAS]),
    partMayUse('service-kit-knows-no-vendor', SERVICE_KIT, [SCHEMAS, STREAMS]),
    partMayUse('landing-knows-no-vendor', LANDING, [SCHEMAS, STREAMS, SERVICE_KIT]),
    partMayUse('pull-knows-no-vendor', PULL, [SCHEMAS, STREAMS, SERVICE_KIT, LANDING]),
    partMayUse('catch-up-knows-no-vendor', CATCH_UP, [SCHEMAS, STREAMS, SERVICE_KIT, LANDING]),
    {
      name: 'adapters-only-build-on-the-core',
      severity: 'error',
      from: { path: '^packages/((?:platform|provider)-[^/]+)/', pathNot: TEST },
      to: { path: workspace, pathNot: ['^packages/$1/', SCHEMAS, FULFILLMENT, STREAMS, HTTP_EXCHANGE] },
    },
    partMayUse('cli-sees-no-service', '^packages/cli/', [
      SCHEMAS,
      FULFILLMENT,
      STREAMS,
      SERVICE_KIT,
      CATCH_UP,
      ADAPTERS,
    ]),
    {
      name: 'packages-never-import-services',
      comment: 'Not even their tests.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^services/' },
    },
    {
      name: 'services-stand-side-by-side',
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: TEST },
      to: {
        path: workspace,
        pathNot: ['^services/$1/', SCHEMAS, FULFILLMENT, STREAMS, SERVICE_KIT, LANDING, PULL, CATCH_UP, ADAPTERS],
      },
    },
    {
      name: 'simulators-import-nothing-of-ours',
      comment: 'They stand for the vendors: a shared mistake would go unseen. Their control API is no vendor’s.',
      severity: 'error',
      from: { path: '^simulators/([^/]+)/' },
      to: { path: workspace, pathNot: ['^simulators/$1/', '^simulators/control/'] },
    },
    {
      name: 'nobody-imports-the-sandbox',
      comment: 'Tests and e2e may.',
      severity: 'error',
      from: { pathNot: ['^(sandbox|e2e|bench|faults)/', TEST] },
      to: { path: '^(sandbox|e2e|bench|faults)/' },
    },
    {
      name: 'kafkajs-stays-in-its-shell',
      comment: 'Its idempotent producer loses records when send() calls overlap: only the runtime may call it.',
      severity: 'error',
      from: { pathNot: ['^packages/streams/src/kafka/', '^packages/cli/', '^(sandbox|e2e|bench|faults)/', TEST] },
      to: { path: '(^|/)node_modules/kafkajs/' },
    },
    {
      name: 'tests-stay-out-of-production',
      severity: 'error',
      from: { pathNot: [TEST, '^(sandbox|e2e|bench|faults)/'] },
      to: { path: '\\.test\\.ts$|/contract/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)node_modules/[^/]+/.*node_modules/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js'],
    },
  },
};
