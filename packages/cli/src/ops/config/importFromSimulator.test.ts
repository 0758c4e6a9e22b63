import { parsePipelineConfig } from '@pipeline/provider-fulfillmenttools';
import { createCommercetoolsSimulator } from '@pipeline/simulator-commercetools';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ops } from '../ops.ts';

const client = { clientId: 'client-1', clientSecret: 'secret-1' };
const reader = {
  clientId: 'client-2',
  clientSecret: 'secret-2',
  scope: 'view_key_value_documents:shop view_stores:shop view_channels:shop',
};
const simulator = createCommercetoolsSimulator({ projectKey: 'shop', clients: [client, reader] });
let url = '';

beforeAll(async () => {
  url = await simulator.listen();
  const custom = { container: 'fft', key: 'configuration', value: { storeTagMapping: 'tag-store' } };
  await call('/custom-objects', custom);
});
afterAll(() => simulator.close());

async function call(path: string, body: object): Promise<void> {
  const basic = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64');
  const granted = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token } = (await granted.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
  const { ok } = await fetch(`${url}/shop${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(ok).toBe(true);
}

async function runImport({ clientId, clientSecret } = client) {
  const [out, err]: [string[], string[]] = [[], []];
  const env = {
    ...{ CTP_PROJECT_KEY: 'shop', CTP_CLIENT_ID: clientId, CTP_CLIENT_SECRET: clientSecret },
    ...{ CTP_API_URL: url, CTP_AUTH_URL: url },
  };
  const output = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  expect(await ops(['config', 'import', '--from-commercetools'], env, output)).toBe(0);
  const parsed = parsePipelineConfig(out.join('\n'));
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return { ...parsed.config, err: err.join('\n') };
}

test('an import has the languages of the project as locales, in its order, and the channels of its stores', async () => {
  const { routing, mapping, err } = await runImport();
  expect(mapping.locales).toEqual(['de-DE', 'en-GB']);
  expect(routing).toMatchObject({ storeTag: 'tag-store', facilitiesByStore: { berlin: ['store-berlin'] } });
  expect(err).toBe('');
  const languages = ['no', 'fr-CA', 'de-DE'];
  await call('', { version: 1, actions: [{ action: 'changeLanguages', languages }] });
  expect((await runImport()).mapping.locales).toEqual(languages);
});

test('an import by who may not read the project’s settings has the connector’s locales, and names the scope', async () => {
  const { mapping, err } = await runImport(reader);
  expect(mapping.locales[0]).toBe('en-US');
  expect(err).toContain('view_project_settings');
});
