import { describe, expect, expectTypeOf, test } from 'vitest';
import { defineSettings, requireWhen } from './definition.ts';
import { toReference } from './describe.ts';
import { fulfillmenttoolsSettings } from './fulfillmenttools.ts';
import { loadSettings, SettingsError } from './load.ts';

const byPassword = { FFT_API_KEY: 'key', FFT_API_USER: 'user', FFT_API_PASSWORD: 'password' };
const byClient = {
  FFT_SIGN_IN_WITH: 'client-credentials',
  FFT_API_KEY: 'key',
  FFT_IDP_TOKEN_URL: 'https://idp.test/oauth2/token/',
  FFT_IDP_CLIENT_ID: 'client',
  FFT_IDP_CLIENT_SECRET: 'hush',
  FFT_IDP_PROVIDER_ID: 'oidc.external.4711',
};
const load = (env: Readonly<Record<string, string>>) => loadSettings(fulfillmenttoolsSettings, env);

function problemsOf(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

const names = (problems: readonly string[]) => problems.map((problem) => problem.split(' ')[0]);

describe('the address of the tenant', () => {
  test('is the base URL or follows from the tenant', () => {
    expect(load({ ...byPassword, FFT_BASE_URL: 'https://host.test/' }).FFT_BASE_URL).toBe('https://host.test');
    const settings = load({ ...byPassword, FFT_TENANT: 'ocff-acme-pre' });
    expect(settings.FFT_BASE_URL).toBe('https://ocff-acme-pre.api.fulfillmenttools.com');
    expectTypeOf(settings.FFT_BASE_URL).toEqualTypeOf<string>();
  });

  test('is not both, and not neither', () => {
    const both = { ...byPassword, FFT_TENANT: 'ocff-acme-pre', FFT_BASE_URL: 'https://host.test' };
    expect(problemsOf(() => load(both))).toEqual(['FFT_BASE_URL is given beside FFT_TENANT: remove one']);
    expect(problemsOf(() => load(byPassword))).toEqual([
      'FFT_BASE_URL is missing: fulfillmenttools API host of the tenant; or give FFT_TENANT.',
    ]);
  });

  test.each(['acme-pre', 'ocff-acme.evil.test', 'ocff-acme-pre/x', 'https://ocff-acme-pre', 'ocff-', 'OCFF-A'])(
    'does not follow from %s, which is said once',
    (tenant) => {
      expect(names(problemsOf(() => load({ ...byPassword, FFT_TENANT: tenant })))).toEqual(['FFT_TENANT']);
    },
  );
});

describe('the sign-in', () => {
  test('is by password unless something else is said', () => {
    expect(names(problemsOf(() => load({ FFT_TENANT: 'ocff-a-pre' })))).toEqual([
      'FFT_API_KEY',
      'FFT_API_USER',
      'FFT_API_PASSWORD',
    ]);
    expect(load({ ...byPassword, FFT_TENANT: 'ocff-a-pre' }).FFT_SIGN_IN_WITH).toBe('password');
  });

  test('by client credentials asks for all that it needs at once, and for no password', () => {
    const given = { FFT_TENANT: 'ocff-a-pre', FFT_SIGN_IN_WITH: 'client-credentials' };
    const problems = problemsOf(() => load(given));
    expect(names(problems)).toEqual([
      'FFT_API_KEY',
      'FFT_IDP_TOKEN_URL',
      'FFT_IDP_CLIENT_ID',
      'FFT_IDP_CLIENT_SECRET',
      'FFT_IDP_PROVIDER_ID',
    ]);
    expect(problems[1]).toContain('is missing, FFT_SIGN_IN_WITH being client-credentials: Token endpoint');
    expect(load({ ...byClient, FFT_TENANT: 'ocff-a-pre' })).toMatchObject({
      FFT_IDP_TOKEN_URL: 'https://idp.test/oauth2/token/',
      FFT_API_PASSWORD: undefined,
    });
  });

  test.each([
    'idp.test/token',
    'https://idp.test',
    'https://user:hush@idp.test/token',
    'ftp://idp.test/token',
    'http://idp.test/token',
  ])('does not ask %s for a token, and does not repeat it', (url) => {
    const problems = problemsOf(() => load({ ...byClient, FFT_TENANT: 'ocff-a-pre', FFT_IDP_TOKEN_URL: url }));
    expect(names(problems)).toEqual(['FFT_IDP_TOKEN_URL']);
    expect(problems[0]).not.toContain('idp.test');
  });
});

describe('a role that may be off', () => {
  const definitions = defineSettings({
    ROLES: { type: 'list', choices: ['land', 'normalise'], default: ['land'], description: 'Roles.' },
    ...requireWhen({ name: 'ROLES', value: 'normalise' }, fulfillmenttoolsSettings),
  });

  test('asks for nothing while it is', () => {
    const settings = loadSettings(definitions, {});
    expect(settings.FFT_BASE_URL).toBeUndefined();
    expectTypeOf(settings.FFT_API_USER).toEqualTypeOf<string | undefined>();
  });

  test('asks for what its sign-in needs when it is on', () => {
    const on = { ROLES: 'normalise' };
    expect(names(problemsOf(() => loadSettings(definitions, on)))).toEqual([
      'FFT_BASE_URL',
      'FFT_API_KEY',
      'FFT_API_USER',
      'FFT_API_PASSWORD',
    ]);
    const { FFT_IDP_CLIENT_ID: _, ...without } = byClient;
    const problems = problemsOf(() => loadSettings(definitions, { ...on, ...without, FFT_TENANT: 'ocff-a-pre' }));
    expect(problems).toEqual([
      'FFT_IDP_CLIENT_ID is missing, ROLES being normalise and FFT_SIGN_IN_WITH being client-credentials: Client at the identity provider.',
    ]);
  });

  test('names all conditions in the reference', () => {
    expect(toReference(definitions)).toContain(
      '| `FFT_API_USER` | string | required when `ROLES` is `normalise` and `FFT_SIGN_IN_WITH` is `password` |',
    );
    expect(toReference(fulfillmenttoolsSettings)).toContain(
      '| `FFT_BASE_URL` | url over https | **required**, or `FFT_TENANT` |',
    );
  });
});
