import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parsePipelineConfig, type PipelineConfig } from '@pipeline/provider-fulfillmenttools';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ops } from '../ops.ts';
import { toPipelineYaml } from './toPipelineYaml.ts';

const configuration = {
  orderCustomTypeKey: 'fft-order-type',
  collectChannelReferenceFieldName: 'pickupStore',
  shippingMethodMapping: {
    standard: { serviceType: 'SHIPPING', serviceLevel: 'DELIVERY', carriers: ['DHL_V2', 'ups: fast'] },
    plain: { serviceType: 'SHIPPING' },
    pickup: { serviceType: 'CLICK_AND_COLLECT' },
    drone: { serviceType: 'DRONE', serviceLevel: 'SAMEDAY' },
    on: { serviceType: 'SHIPPING', serviceLevel: 'TOMORROW', carriers: ['', 7] },
  },
  storeTagMapping: 'tag-store',
  customFieldTagMapping: { season: 'tag-season', 'odd: name': '#1' },
  futureSetting: { a: 1 },
};

function configOf(text: string): PipelineConfig {
  const parsed = parsePipelineConfig(text);
  if ('problems' in parsed) throw new Error(`${parsed.problems.join('\n')}\n${text}`);
  return parsed.config;
}

test('what the connector is told becomes what the pipeline is told', () => {
  const { routing, mapping, fields, status } = configOf(toPipelineYaml(configuration));
  expect(routing).toEqual({
    shippingMethods: {
      standard: { service: 'shipping', serviceLevel: 'DELIVERY', carriers: ['DHL_V2', 'ups: fast'] },
      plain: { service: 'shipping' },
      pickup: { service: 'collect' },
      drone: { service: 'shipping' },
      on: { service: 'shipping' },
    },
    unknownShippingMethod: 'hold',
    collectFacilityField: 'pickupStore',
    storeTag: 'tag-store',
    customFieldTags: { season: 'tag-season', 'odd: name': '#1' },
  });
  expect(fields).toEqual({ preset: 'connector', orderType: 'fft-order-type' });
  expect(status).toEqual({ preset: 'connector' });
  expect(mapping.locales[0]).toBe('en-US');
});

test('the supply channels of each store become its facilities, whatever they are called', () => {
  const stores = { berlin: ['b1', 'b2'], 'no: store': ['#1'] };
  const text = toPipelineYaml(configuration, { stores });
  expect(configOf(text).routing.facilitiesByStore).toEqual(stores);
  expect(text).not.toContain('They could not be read');
  expect(configOf(toPipelineYaml(configuration, { stores: {} })).routing.facilitiesByStore).toBeUndefined();
});

test.each([
  [['de-DE', 'en', 'no'], undefined, ['de-DE', 'en', 'no']],
  [['fr-FR'], ['it-IT', 'it-IT', ' ', 7], ['it-IT']],
  [['fr-FR', 'fr-FR', ''], [], ['fr-FR']],
  [undefined, ['it-IT'], ['it-IT']],
])('a project in %j whose custom object names %j has the locales %j', (languages, locales, expected) => {
  const text = toPipelineYaml(locales ? { locales } : {}, { languages });
  expect(configOf(text).mapping.locales).toEqual(expected);
  expect(text).not.toContain('languages could not be read');
});

test('locales are those of the connector where the project’s languages are not known, which is said', () => {
  const text = toPipelineYaml({ locales: 'de-DE' });
  expect(configOf(text).mapping.locales[0]).toBe('en-US');
  expect(text).toContain('# The project’s languages could not be read.');
  expect(text).toContain('# locales: names none.');
});

test('what has no counterpart is a comment that says so', () => {
  const text = toPipelineYaml({ ...configuration, storeTagMapping: 7 });
  for (const remark of [
    '# futureSetting: the pipeline has no such setting.',
    '# storeTagMapping: is no text, or blank.',
    '# drone: its serviceType is neither SHIPPING nor CLICK_AND_COLLECT; the connector ships it.',
    '# on: its serviceLevel is neither DELIVERY nor SAMEDAY: left out.',
    '# on: not all of its carriers are texts',
    '# They could not be read. facilitiesByStore: ',
  ])
    expect(text).toContain(remark);
});

test.each([[undefined], [null], [[]], ['text'], [{}], [{ shippingMethodMapping: [], customFieldTagMapping: 'x' }]])(
  'a configuration that says nothing, %j, is still a valid file',
  (value) => {
    expect(configOf(toPipelineYaml(value)).routing).toEqual({ unknownShippingMethod: 'hold' });
  },
);

test('whatever stands in the custom object, the file is valid and its keys are those of the connector', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '#',
      '- a',
      'a: b',
      '*x',
      '&x',
      '\n',
      '"',
      'null',
      '~',
      '1e3',
      '0x1',
      '__proto__',
      '\u2028',
      '\u0085',
    ),
  );
  const rule = fc.record(
    {
      serviceType: fc.oneof(fc.constantFrom('SHIPPING', 'CLICK_AND_COLLECT'), text, fc.jsonValue()),
      serviceLevel: fc.oneof(fc.constantFrom('DELIVERY', 'SAMEDAY'), fc.jsonValue()),
      carriers: fc.oneof(fc.array(text), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  const anything = fc.record(
    {
      orderCustomTypeKey: fc.oneof(text, fc.jsonValue()),
      collectChannelReferenceFieldName: text,
      shippingMethodMapping: fc.dictionary(text, fc.oneof(rule, fc.jsonValue())),
      storeTagMapping: fc.oneof(text, fc.jsonValue()),
      customFieldTagMapping: fc.dictionary(text, fc.oneof(text, fc.jsonValue())),
      locales: fc.oneof(fc.array(text), fc.jsonValue()),
      more: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(anything, fc.option(fc.array(text), { nil: undefined }), (value, languages) => {
      const { routing } = configOf(toPipelineYaml(value, { languages }));
      const keys = Object.keys(value.shippingMethodMapping ?? {}).filter((key) => key !== '' && key !== '__proto__');
      expect(
        Object.keys(routing.shippingMethods ?? {})
          .filter((key) => key !== '__proto__')
          .sort(),
      ).toEqual(keys.sort());
      if (value.collectChannelReferenceFieldName?.trim())
        expect(routing.collectFacilityField).toBe(value.collectChannelReferenceFieldName);
    }),
    { numRuns: 150 },
  );
});

let server: Server;
let env: Record<string, string> = {};
const noStores = { status: 200, body: { results: [] as object[] } };
interface Answer {
  readonly status: number;
  readonly body: object;
}
/** Of the custom object, and of the project. */
let answer: Answer;
let project: Answer;
beforeEach(() => {
  answer = { status: 200, body: { id: 'x', version: 1, container: 'fft', key: 'configuration', value: configuration } };
  project = { status: 200, body: { languages: ['de-DE', 'en'] } };
});
/** Of the first page and of those after it. */
let stores: Answer[] = [];
const asked: string[] = [];
function toAnswer(path: string): Answer {
  if (path.startsWith('/shop/stores')) return stores.shift() ?? noStores;
  return path === '/shop' ? project : answer;
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const token = request.url?.startsWith('/oauth/token');
    if (!token) asked.push(`${request.method} ${request.url}`);
    const { status, body } = toAnswer(request.url ?? '');
    response.writeHead(token ? 200 : status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(token ? { access_token: 't', expires_in: 100, token_type: 'Bearer' } : body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  env = {
    CTP_PROJECT_KEY: 'shop',
    CTP_CLIENT_ID: 'client',
    CTP_CLIENT_SECRET: 'hush',
    CTP_API_URL: url,
    CTP_AUTH_URL: url,
  };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const run = async () => {
  const [out, err]: [string[], string[]] = [[], []];
  const output = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  const code = await ops(['config', 'import', '--from-commercetools'], env, output);
  return { code, out: out.join('\n'), err: err.join('\n') };
};

test('config import reads the custom object of the connector, and prints the file', async () => {
  const { code, out } = await run();
  expect([code, asked[0]]).toEqual([0, 'GET /shop/custom-objects/fft/configuration']);
  expect(configOf(out).routing.collectFacilityField).toBe('pickupStore');
});

const aStore = (at: number, ...keys: string[]) => ({
  id: `store-${String(at).padStart(4, '0')}`,
  key: `s${at}`,
  supplyChannels: keys.map((key) => ({ typeId: 'channel', id: key, obj: { key } })),
});

test('config import reads all stores, page by page, and leaves out who has no supply channel', async () => {
  const first = Array.from({ length: 500 }, (_, at) => aStore(at, ...(at === 499 ? ['last'] : [])));
  stores = [first, [aStore(500, 'c1', 'c2')]].map((results) => ({ status: 200, body: { results } }));
  expect(configOf((await run()).out).routing.facilitiesByStore).toEqual({ s499: ['last'], s500: ['c1', 'c2'] });
  const pages = asked.filter((each) => each.startsWith('GET /shop/stores'));
  expect(new URLSearchParams(pages.at(-1)?.split('?')[1]).get('where')).toBe('id > "store-0499"');
});

test('config import does without the stores where they may not be read, and says so', async () => {
  stores = [{ status: 403, body: { statusCode: 403, message: 'no', errors: [{ code: 'insufficient_scope' }] } }];
  const { code, out, err } = await run();
  expect([code, err]).toEqual([0, expect.stringContaining('view_stores')]);
  expect(out).toContain('# They could not be read.');
});

test('config import does without the languages where they may not be read, and says so', async () => {
  project = { status: 403, body: { statusCode: 403, message: 'no', errors: [{ code: 'insufficient_scope' }] } };
  const { code, out, err } = await run();
  expect([code, err]).toEqual([0, expect.stringContaining('view_project_settings')]);
  expect(configOf(out).mapping.locales[0]).toBe('en-US');
});

test('config import does not ask for the languages where the custom object names locales', async () => {
  answer = { status: 200, body: { ...answer.body, value: { locales: ['it-IT'] } } };
  const before = asked.length;
  expect(configOf((await run()).out).mapping.locales).toEqual(['it-IT']);
  expect(asked.slice(before)).not.toContain('GET /shop');
});

test('config import says that there is no such object, or that it may not be read', async () => {
  answer = { status: 404, body: { statusCode: 404, message: 'not found' } };
  await expect(run()).rejects.toThrow('The project shop has no custom object fft/configuration');
  answer = {
    status: 403,
    body: { statusCode: 403, message: 'no', errors: [{ code: 'insufficient_scope', message: 'no' }] },
  };
  await expect(run()).rejects.toMatchObject({ errorClass: 'auth' });
});
