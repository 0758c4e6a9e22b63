import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import { allTopics } from '@pipeline/schemas';
import { defineSettings, requireWhen } from './definition.ts';
import { describeSettings, toReference } from './describe.ts';
import { checkIngest } from './ingest.ts';
import { loadSettings, SettingsError } from './load.ts';
import { parseSetting } from './parse.ts';
import { runWithSettings } from './run.ts';
import {
  commercetoolsSettings,
  engineSettings,
  fulfillmenttoolsSettings,
  ingestSettings,
  kafkaSettings,
  opsSettings,
} from './shared.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function fileWith(text: string): string {
  const path = join(folder, 'value');
  writeFileSync(path, text);
  return path;
}

function problemsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('values', () => {
  const definitions = defineSettings({
    NAME: { type: 'string', required: true, description: 'A name.' },
    NOTE: { type: 'string', description: 'A note.' },
    COUNT: { type: 'integer', default: 3, min: 1, max: 10, description: 'A count.' },
    PAUSE: { type: 'duration', default: 1_000, description: 'A pause.' },
    ON: { type: 'boolean', default: false, description: 'A switch.' },
    URL: { type: 'url', required: true, description: 'A place.' },
    SINCE: { type: 'time', description: 'A time.' },
    BROKERS: { type: 'list', required: true, description: 'Some hosts.' },
    ROLES: { type: 'list', choices: ['land', 'normalise'], default: ['land', 'normalise'], description: 'Some roles.' },
    MODE: { type: 'choice', choices: ['off', 'shadow', 'on'], default: 'on', description: 'A mode.' },
    SECRET: { type: 'secret', required: true, minLength: 4, description: 'A secret.' },
  });
  const least = { NAME: 'n', URL: 'https://a.test/', BROKERS: 'a:1', SECRET: 'abcd' };

  test('defaults fill what is not given, and what is optional stays undefined', () => {
    expect(loadSettings(definitions, least)).toEqual({
      NAME: 'n',
      NOTE: undefined,
      COUNT: 3,
      PAUSE: 1_000,
      ON: false,
      URL: 'https://a.test',
      SINCE: undefined,
      BROKERS: ['a:1'],
      ROLES: ['land', 'normalise'],
      MODE: 'on',
      SECRET: 'abcd',
    });
  });

  test('texts become values of the declared types', () => {
    const settings = loadSettings(definitions, {
      ...least,
      NOTE: ' kept as it is ',
      COUNT: '10',
      PAUSE: '5m',
      ON: 'TRUE',
      URL: 'http://127.0.0.1:8081/apis/ccompat/v7/',
      SINCE: '2026-11-21T00:00:00+01:00',
      BROKERS: ' a:1, b:2 ,,c:3,',
      ROLES: 'land',
      MODE: 'shadow',
    });
    expect(settings).toMatchObject({
      NOTE: ' kept as it is ',
      COUNT: 10,
      PAUSE: 300_000,
      ON: true,
      URL: 'http://127.0.0.1:8081/apis/ccompat/v7',
      SINCE: Date.UTC(2026, 10, 20, 23),
      BROKERS: ['a:1', 'b:2', 'c:3'],
      ROLES: ['land'],
      MODE: 'shadow',
    });
  });

  test('the types of the result follow from the definitions', () => {
    const settings = loadSettings(definitions, least);
    expectTypeOf(settings.NAME).toEqualTypeOf<string>();
    expectTypeOf(settings.NOTE).toEqualTypeOf<string | undefined>();
    expectTypeOf(settings.COUNT).toEqualTypeOf<number>();
    expectTypeOf(settings.SINCE).toEqualTypeOf<number | undefined>();
    expectTypeOf(settings.ON).toEqualTypeOf<boolean>();
    expectTypeOf(settings.BROKERS).toEqualTypeOf<readonly string[]>();
    expectTypeOf(settings.ROLES).toEqualTypeOf<readonly ('land' | 'normalise')[]>();
    expectTypeOf(settings.MODE).toEqualTypeOf<'off' | 'shadow' | 'on'>();
    expect(Object.isFrozen(settings)).toBe(true);
  });

  test('all problems are reported at once, each with its name, in order of declaration', () => {
    const problems = problemsOf(() =>
      loadSettings(definitions, {
        COUNT: '11',
        PAUSE: 'soon',
        ON: 'yes',
        URL: 'ftp://a.test',
        SINCE: '2026-11-21',
        BROKERS: ' , ',
        ROLES: 'land,fly',
        MODE: 'On',
        SECRET: 'abc',
      }),
    );
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'NAME',
      'COUNT',
      'PAUSE',
      'ON',
      'URL',
      'SINCE',
      'BROKERS',
      'ROLES',
      'MODE',
      'SECRET',
    ]);
  });

  test('no problem repeats what was given', () => {
    const given = {
      COUNT: 'canary',
      PAUSE: 'canary',
      ON: 'canary',
      URL: 'canary',
      SINCE: 'canary',
      ROLES: 'canary',
      MODE: 'canary',
      SECRET: 'cnr',
    };
    const problems = problemsOf(() => loadSettings(definitions, { ...least, ...given }));
    expect(problems).toHaveLength(8);
    expect(problems.join('\n')).not.toMatch(/canary|cnr/);
  });

  test.each(['1e3', '0x10', '1.5', '', ' ', '9007199254740993', '١', '--1', '+1'])('%j is not an integer', (text) => {
    expect(() => parseSetting({ type: 'integer', description: '' }, text)).toThrow('must be an integer');
  });

  test.each(['-1', '1.5s', '1w', 's', '1 0s', '9007199254740993d'])('%j is not a duration', (text) => {
    expect(() => parseSetting({ type: 'duration', description: '' }, text)).toThrow('must be a duration');
  });

  test('every safe integer survives being written down', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(parseSetting({ type: 'integer', description: '' }, String(value))).toBe(value);
      }),
    );
  });

  test('a URL with credentials is refused and not repeated', () => {
    const problems = problemsOf(() => loadSettings(definitions, { ...least, URL: 'https://user:hunter2@a.test' }));
    expect(problems).toEqual(['URL must not hold credentials: they have settings of their own']);
  });
});

describe('a place that secrets are sent to', () => {
  const parse = (text: string) => parseSetting({ type: 'url', takesSecrets: true, description: '' }, text);

  test.each([
    'https://api.test/x',
    'http://127.0.0.1:8091',
    'http://[::1]:8091',
    'http://localhost',
    'http://commercetools:8091',
  ])('may be %s', (url) => {
    expect(parse(url)).toBe(url);
  });

  test.each([
    'http://api.test',
    'http://127.0.0.1.api.test',
    'http://localhost.api.test',
    'http://api。test',
    'http://api.',
    'http://134744072',
    'http://0x08080808',
    'http://10.0.0.1',
    'http://[2001:db8::1]',
    'http://localhost@api.test',
  ])('is not %s', (url) => {
    expect(() => parse(url)).toThrow(/must (begin with https|not hold credentials)/);
  });

  test('is every URL of a vendor and of a token', () => {
    const all: Readonly<Record<string, object>> = {
      ...kafkaSettings,
      ...commercetoolsSettings,
      ...fulfillmenttoolsSettings,
    };
    const names = Object.keys(all).filter((name) => 'takesSecrets' in (all[name] ?? {}));
    expect(names).toEqual([
      'KAFKA_SASL_OAUTH_TOKEN_URL',
      'CTP_API_URL',
      'CTP_AUTH_URL',
      'FFT_BASE_URL',
      'FFT_IDP_TOKEN_URL',
      'FFT_SIGN_IN_URL',
      'FFT_TOKEN_URL',
    ]);
  });
});

describe('files', () => {
  const definitions = defineSettings({
    SECRET: { type: 'secret', required: true, minLength: 4, description: 'A secret.' },
    COUNT: { type: 'integer', default: 1, description: 'A count.' },
  });

  test.each([
    ['abcd\n', 'abcd'],
    ['abcd\r\n', 'abcd'],
    ['abcd\n\n', 'abcd\n'],
    [' ab cd ', ' ab cd '],
  ])('a secret is read from NAME_FILE without its last newline: %j', (text, expected) => {
    expect(loadSettings(definitions, { SECRET_FILE: fileWith(text) }).SECRET).toBe(expected);
  });

  test('any setting can come from a file', () => {
    expect(loadSettings(definitions, { SECRET: 'abcd', COUNT_FILE: fileWith('7\n') }).COUNT).toBe(7);
  });

  test('an empty variable counts as not given, so that the file is used', () => {
    expect(loadSettings(definitions, { SECRET: '', SECRET_FILE: fileWith('abcd'), COUNT: '', COUNT_FILE: '' })).toEqual(
      { SECRET: 'abcd', COUNT: 1 },
    );
    expect(problemsOf(() => loadSettings(definitions, { SECRET: '' }))).toEqual(['SECRET is missing: A secret.']);
  });

  test('both NAME and NAME_FILE are refused', () => {
    const problems = problemsOf(() =>
      loadSettings(definitions, { SECRET: 'hunter2', SECRET_FILE: fileWith('hunter3') }),
    );
    expect(problems).toEqual(['SECRET is given twice, as SECRET and as SECRET_FILE: remove one']);
  });

  test('a file that is missing, a folder or empty is a problem that names the file', () => {
    const missing = join(folder, 'absent');
    expect(problemsOf(() => loadSettings(definitions, { SECRET_FILE: missing }))).toEqual([
      `SECRET cannot be read: SECRET_FILE names ${missing} (ENOENT)`,
    ]);
    expect(problemsOf(() => loadSettings(definitions, { SECRET_FILE: folder }))[0]).toContain('EISDIR');
    const empty = fileWith('\n');
    expect(problemsOf(() => loadSettings(definitions, { SECRET_FILE: empty }))[0]).toContain('is empty');
  });

  test('a file that may be missing counts as not given while it is missing or empty, and only then', () => {
    const optional = {
      SECRET: { type: 'secret', optionalFile: true, minLength: 4, description: 'A secret.' },
    } as const;
    expect(loadSettings(optional, { SECRET_FILE: join(folder, 'absent') })).toEqual({ SECRET: undefined });
    expect(loadSettings(optional, { SECRET_FILE: fileWith('\n') })).toEqual({ SECRET: undefined });
    expect(loadSettings(optional, { SECRET_FILE: fileWith('abcd\n') })).toEqual({ SECRET: 'abcd' });
    expect(problemsOf(() => loadSettings(optional, { SECRET_FILE: folder }))[0]).toContain('EISDIR');
    expect(problemsOf(() => loadSettings(optional, { SECRET_FILE: fileWith('abc') }))).toHaveLength(1);
  });

  test('a secret in a file that is too short is not shown', () => {
    const problems = problemsOf(() => loadSettings(definitions, { SECRET_FILE: fileWith('hu2') }));
    expect(problems).toEqual(['SECRET must have at least 4 characters']);
  });
});

describe('settings that depend on another one', () => {
  const definitions = defineSettings({
    ROLES: { type: 'list', choices: ['land', 'normalise'], default: ['land'], description: 'Roles.' },
    ...requireWhen({ name: 'ROLES', value: 'normalise' }, commercetoolsSettings),
    MODE: { type: 'choice', choices: ['off', 'on'], default: 'off', description: 'Mode.' },
    SINCE: { type: 'time', requiredWhen: { name: 'MODE', value: 'on' }, description: 'Since.' },
  });

  const withBoth = { ...definitions.ROLES, default: ['land', 'normalise'] } as const;

  test('are not asked for while the condition does not hold', () => {
    const settings = loadSettings(definitions, {});
    expect(settings.CTP_CLIENT_SECRET).toBeUndefined();
    expectTypeOf(settings.CTP_CLIENT_SECRET).toEqualTypeOf<string | undefined>();
  });

  test('are missing when it holds, in a list or as the value', () => {
    const problems = problemsOf(() =>
      loadSettings(definitions, { ROLES: 'land,normalise', MODE: 'on', CTP_PROJECT_KEY: 'p' }),
    );
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'CTP_CLIENT_ID',
      'CTP_CLIENT_SECRET',
      'CTP_API_URL',
      'CTP_AUTH_URL',
      'SINCE',
    ]);
    expect(problems[4]).toBe('SINCE is missing, MODE being on: Since.');
  });

  test('are not asked for while what they depend on is broken, whatever its default is', () => {
    const problems = problemsOf(() => loadSettings({ ...definitions, ROLES: withBoth }, { ROLES: 'land,foo' }));
    expect(problems).toEqual(['ROLES must be one of land, normalise']);
  });

  test('report a broken value once, not as missing too', () => {
    expect(problemsOf(() => loadSettings(definitions, { MODE: 'on', SINCE: 'yesterday' }))).toHaveLength(1);
  });
});

describe('showing settings', () => {
  const definitions = defineSettings({
    SECRET: { type: 'secret', description: 'One.' },
    OTHER: { type: 'secret', description: 'Two.' },
    HIDDEN: { type: 'list', secret: true, default: ['hunter3'], description: 'Three.' },
    BROKERS: { type: 'list', default: ['a:1', 'b:2'], description: 'a | b\nand more' },
    MODE: { type: 'choice', choices: ['off', 'on'], default: 'on', description: 'Mode.' },
    PREFIX: { type: 'string', default: '', description: 'Prefix.' },
    COUNT: { type: 'integer', min: 1, max: 9, required: true, description: 'Count.' },
  });

  test('a description of the values says of secrets only whether they are set', () => {
    const values = loadSettings(definitions, { SECRET: 'hunter2', COUNT: '4' });
    expect(describeSettings(definitions, values)).toEqual({
      SECRET: 'set',
      OTHER: 'not set',
      HIDDEN: 'set',
      BROKERS: 'a:1,b:2',
      MODE: 'on',
      PREFIX: '',
      COUNT: '4',
    });
  });

  test('the reference is a Markdown table with one row for each setting', () => {
    const lines = toReference(definitions).trimEnd().split('\n');
    expect(lines).toHaveLength(2 + 7);
    expect(lines[0]).toBe('| Name | Type | Default | Description |');
    expect(lines[4]).toBe('| `HIDDEN` | list (secret) | set | Three. |');
    expect(lines[5]).toBe('| `BROKERS` | list | `a:1,b:2` | a \\| b and more |');
    expect(lines[6]).toBe('| `MODE` | choice of `off`, `on` | `on` | Mode. |');
    expect(lines[7]).toBe('| `PREFIX` | string | empty | Prefix. |');
    expect(lines[8]).toBe('| `COUNT` | integer from 1 to 9 | **required** | Count. |');
    expect(toReference(definitions)).not.toContain('hunter3');
  });
});

describe('starting with settings', () => {
  const definitions = defineSettings({
    SECRET: { type: 'secret', required: true, minLength: 10, description: 'A secret.' },
    COUNT: { type: 'integer', default: 1, description: 'A count.' },
    OTHER: { type: 'integer', default: 2, description: 'Another.' },
  });

  async function start(given: Partial<Parameters<typeof runWithSettings<typeof definitions>>[0]>) {
    const seen = { out: '', err: '', exits: [] as number[], runs: 0 };
    await runWithSettings({
      definitions,
      argv: [],
      env: { SECRET: 'hunter2hunter2' },
      run: () => void (seen.runs += 1),
      output: {
        out: (text) => void (seen.out += text),
        err: (text) => void (seen.err += text),
        exit: (code) => void seen.exits.push(code),
      },
      ...given,
    });
    return seen;
  }

  test('valid settings run the service and exit nothing', async () => {
    expect(await start({})).toEqual({ out: '', err: '', exits: [], runs: 1 });
  });

  test('problems are listed on stderr, exit code 2, nothing runs', async () => {
    const seen = await start({ env: { SECRET: 'hunter2', COUNT: 'x' } });
    expect(seen).toMatchObject({ out: '', exits: [2], runs: 0 });
    expect(seen.err).toContain('- SECRET must have at least 10 characters\n- COUNT must be an integer\n');
    expect(seen.err).not.toContain('hunter2');
  });

  test('--check says that they are valid and runs nothing', async () => {
    expect(await start({ argv: ['--check'] })).toEqual({ out: 'settings are valid\n', err: '', exits: [0], runs: 0 });
    expect(await start({ argv: ['--check'], env: {} })).toMatchObject({ out: '', exits: [2], runs: 0 });
  });

  test('--check tries out what settings name, and the start does not', async () => {
    const tryOut = vi.fn(async ({ COUNT }: { readonly COUNT: number }) => {
      if (COUNT === 7) throw new Error('./transform.ts cannot be loaded.');
    });
    expect(await start({ tryOut })).toMatchObject({ runs: 1 });
    expect(tryOut).not.toHaveBeenCalled();
    expect(await start({ argv: ['--check'], tryOut })).toMatchObject({ out: 'settings are valid\n', exits: [0] });
    const refused = await start({ argv: ['--check'], tryOut, env: { SECRET: 'hunter2hunter2', COUNT: '7' } });
    expect(refused).toEqual({ out: '', err: './transform.ts cannot be loaded.\n', exits: [2], runs: 0 });
  });

  test('--help lists the settings, an unknown argument does so as a failure and is not repeated with its value', async () => {
    const help = await start({ argv: ['--help'], env: {} });
    expect(help).toMatchObject({ err: '', exits: [0], runs: 0 });
    for (const name of Object.keys(definitions)) expect(help.out).toContain(`  ${name}`);
    const refused = await start({ argv: ['--password=hunter2'] });
    expect(refused).toMatchObject({ out: '', exits: [2], runs: 0 });
    expect(refused.err).toContain('--password=… is not an argument');
    expect(refused.err).not.toContain('hunter2');
  });

  test('rules between settings count as problems', async () => {
    const seen = await start({ check: ({ COUNT }) => (COUNT === 1 ? ['COUNT must not be 1 here'] : []) });
    expect(seen).toMatchObject({ exits: [2], runs: 0 });
    expect(seen.err).toContain('- COUNT must not be 1 here');
  });

  test('rules are asked beside all other problems, and what they say of a broken setting is left out', async () => {
    const seen = await start({
      env: { COUNT: 'x' },
      check: ({ COUNT }) => [
        `OTHER is too much, COUNT being ${COUNT}`,
        'OTHER is never good: neither with COUNT nor without',
      ],
    });
    expect(seen).toMatchObject({ exits: [2], runs: 0 });
    expect(seen.err).toBe(
      'The settings have 3 problems:\n- SECRET is missing: A secret.\n- COUNT must be an integer\n- OTHER is never good: neither with COUNT nor without\n',
    );
  });

  test('what a rule misses only because the setting is broken is not said twice', async () => {
    const seen = await start({
      env: { SECRET: 'short' },
      check: ({ SECRET }) => (SECRET === undefined ? ['SECRET and COUNT must be given together'] : []),
    });
    expect(seen.err).toBe('The settings have 1 problem:\n- SECRET must have at least 10 characters\n');
  });

  test('a service that fails to start says why, without the inside of the error, and exits with 1', async () => {
    const failure = Object.assign(new Error('port 80 is taken'), { headers: { authorization: 'hunter2' } });
    const seen = await start({ run: () => Promise.reject(failure) });
    expect(seen).toMatchObject({ err: 'could not start: port 80 is taken\n', exits: [1] });
  });
});

describe('settings of every service', () => {
  const all = {
    ...kafkaSettings,
    ...opsSettings,
    ...ingestSettings,
    ...commercetoolsSettings,
    ...fulfillmenttoolsSettings,
    ...engineSettings,
  };

  test('every default fits its own definition', () => {
    for (const definition of Object.values(all)) {
      if (!('default' in definition) || definition.default === '') continue;
      expect(parseSetting(definition, String(definition.default))).toEqual(definition.default);
    }
  });

  test.each(['bad topic/', 'ä.', 'a\n', 'a'.repeat(101)])('a prefix must fit the names of topics: %j', (prefix) => {
    const env = { KAFKA_BROKERS: 'a:1', SCHEMA_REGISTRY_URL: 'http://r.test', TOPIC_PREFIX: prefix };
    expect(problemsOf(() => loadSettings(kafkaSettings, { ...env, GROUP_PREFIX: prefix }))).toEqual([
      'TOPIC_PREFIX must be at most 100 letters, digits, dots, underscores and hyphens',
      'GROUP_PREFIX must be at most 100 letters, digits, dots, underscores and hyphens',
    ]);
  });

  test('the longest prefix leaves room for every name of a topic', () => {
    const longest = 'p'.repeat(100);
    expect(parseSetting(kafkaSettings.TOPIC_PREFIX, longest)).toBe(longest);
    for (const { name } of allTopics) expect(longest.length + name.length).toBeLessThanOrEqual(249);
  });

  test.each([
    [{ PORT: '9464' }, ['PORT']],
    [{ PORT: '0', OPS_PORT: '0' }, []],
    [{ PORT: '9464', ROLES: 'normalise' }, []],
    [{}, []],
  ])('notifications and probes cannot share a port: %j', (given, faulty) => {
    const definitions = defineSettings({
      ...kafkaSettings,
      ...opsSettings,
      ...ingestSettings,
      ROLES: { type: 'list', default: ['land'], description: 'Roles.' },
    });
    const env = { KAFKA_BROKERS: 'a:1', SCHEMA_REGISTRY_URL: 'http://r.test', ...given };
    const problems = problemsOf(() => loadSettings(definitions, env, checkIngest));
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(faulty);
  });

  test('secrets are the passwords, keys and client secrets, and no others', () => {
    const secrets = Object.entries(all)
      .filter(([, { type }]) => type === 'secret')
      .map(([name]) => name);
    expect(secrets.sort()).toEqual([
      'CTP_CLIENT_SECRET',
      'FFT_API_KEY',
      'FFT_API_PASSWORD',
      'FFT_IDP_CLIENT_SECRET',
      'KAFKA_SASL_OAUTH_CLIENT_SECRET',
      'KAFKA_SASL_PASSWORD',
      'KAFKA_SSL_KEY',
      'KAFKA_SSL_KEY_PASSWORD',
      'SCHEMA_REGISTRY_PASSWORD',
      'SCHEMA_REGISTRY_SSL_KEY',
      'SCHEMA_REGISTRY_SSL_KEY_PASSWORD',
      'SCHEMA_REGISTRY_TOKEN',
    ]);
  });

  test('the defaults of the engine keep a request within its claim', () => {
    const { CONCURRENCY, START_WINDOW_MS, REQUEST_TIMEOUT_MS, SERVER_LIMIT_MS } = loadSettings(engineSettings, {});
    expect({ CONCURRENCY, START_WINDOW_MS, REQUEST_TIMEOUT_MS, SERVER_LIMIT_MS }).toEqual({
      CONCURRENCY: 64,
      START_WINDOW_MS: 5_000,
      REQUEST_TIMEOUT_MS: 65_000,
      SERVER_LIMIT_MS: 60_000,
    });
  });
});
