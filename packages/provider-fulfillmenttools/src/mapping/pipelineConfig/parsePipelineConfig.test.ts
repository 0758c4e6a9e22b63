import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { defaultMappingConfig } from '../mappingConfig.ts';
import { parsePipelineConfig } from './parsePipelineConfig.ts';
import { pipelineConfigSchema } from './pipelineConfigSchema.ts';
import { createConfigReader } from './createConfigReader.ts';
import { readPipelineConfig } from './readPipelineConfig.ts';
import { toFieldSettings } from './toFieldSettings.ts';

const FULL = `
version: 1
preset: connector
shipping:
  methods:
    standard: { service: shipping, serviceLevel: DELIVERY, carriers: [DHL] }
    pickup: { service: collect }
  unknownMethod: fail
  collectFacilityField: pickupStore
  facilitiesByStore: { berlin: [b1, b2] }
tags:
  store: tag-store
  fields: { season: tag-season }
mapping:
  locales: [nl, en]
  attributes:
    scannableCodes: [gtin]
    weight: { attribute: weight, unit: kg }
    categories: { material: descriptive }
  lines: { bundleField: bundle }
  order:
    stickers:
      urgent: { nameLocalized: { de_DE: Eilig }, priority: 10 }
  facilities: { fromStore: true }
  postalCodePlaceholders: { AE: "00000" }
  pricing: true
`;

function configOf(text: string) {
  const parsed = parsePipelineConfig(text);
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.config;
}
const problemsOf = (text: string) => {
  const parsed = parsePipelineConfig(text);
  return 'problems' in parsed ? parsed.problems : [];
};

test('what is said is taken, the rest is as the preset has it', () => {
  const { routing, mapping } = configOf(FULL);
  expect(routing).toEqual({
    shippingMethods: {
      standard: { service: 'shipping', serviceLevel: 'DELIVERY', carriers: ['DHL'] },
      pickup: { service: 'collect' },
    },
    unknownShippingMethod: 'fail',
    collectFacilityField: 'pickupStore',
    facilitiesByStore: { berlin: ['b1', 'b2'] },
    storeTag: 'tag-store',
    customFieldTags: { season: 'tag-season' },
  });
  expect(mapping).toMatchObject({
    locales: ['nl', 'en'],
    attributes: { scannableCodes: ['gtin'], structured: false, weight: { attribute: 'weight', unit: 'kg' } },
    lines: { bundleField: 'bundle', giftTag: null },
    order: { stickers: { urgent: { when: null, color: null, priority: 10 } }, targetTimeField: null },
    facilities: { fromStore: true, fromSupplyChannels: false },
    postalCodePlaceholders: { AE: '00000' },
    pricing: true,
  });
});

test('an empty configuration maps as without one, but for the version', () => {
  const { routing, mapping } = configOf('version: 1');
  expect(routing).toEqual({});
  expect({ ...mapping, version: '1' }).toEqual(defaultMappingConfig);
  expect(configOf('version: 1\npreset: docs').mapping.locales).toEqual(['en']);
});

test('the connector preset looks for texts where the connector does, and holds what it does not know', () => {
  const { routing, mapping } = configOf('version: 1\npreset: connector');
  expect(routing).toEqual({ unknownShippingMethod: 'hold' });
  expect(mapping.locales.slice(0, 2)).toEqual(['en-US', 'en-GB']);
});

test('the same file has the same version, another one another', () => {
  expect(configOf(FULL).mapping.version).toBe(configOf(`# a comment\n${FULL}`).mapping.version);
  expect(configOf(FULL).mapping.version).not.toBe(configOf(FULL.replace('b2', 'b3')).mapping.version);
});

describe('field names and the status policy', () => {
  const settings = {
    FIELD_PRESET: 'docs',
    FIELD_NAMES: ['jobs=env_jobs', 'shortId=env_short'],
    ORDER_TYPE_KEY: 'env',
  } as const;

  test('of the file go before the settings, field by field', () => {
    const text =
      'version: 1\nfields:\n  preset: connector\n  names: { shortId: my_short }\nstatus: { ready: all, parts: [] }';
    const config = configOf(text);
    expect(toFieldSettings(config, settings)).toEqual({
      FIELD_PRESET: 'connector',
      FIELD_NAMES: ['jobs=env_jobs', 'shortId=env_short', 'shortId=my_short'],
      ORDER_TYPE_KEY: 'env',
    });
    expect(config.status).toEqual({ ready: 'all', parts: [] });
  });

  test('start from the preset of the file, unless they have one of their own', () => {
    const config = configOf('version: 1\npreset: connector\nstatus: { preset: docs }\nfields: { orderType: mine }');
    expect(config.status).toEqual({ preset: 'docs' });
    expect(toFieldSettings(config, settings)).toMatchObject({ FIELD_PRESET: 'connector', ORDER_TYPE_KEY: 'mine' });
    expect(toFieldSettings(configOf('version: 1'), settings)).toEqual(settings);
  });

  test('make no other mapping', () => {
    const more = `${FULL}status: { ready: all }\nfields: { orderType: mine }\n`;
    expect(configOf(more).mapping.version).toBe(configOf(FULL).mapping.version);
  });
});

describe('the module of a shop’s own code', () => {
  const directory = () => {
    const made = mkdtempSync(path.join(os.tmpdir(), 'pipeline-transform-'));
    onTestFinished(() => rmSync(made, { recursive: true }));
    return made;
  };

  test('is found from the file, and another source is another mapping', () => {
    const folder = directory();
    const file = path.join(folder, 'pipeline.yaml');
    writeFileSync(file, 'version: 1\ntransform: ./my.ts\n');
    const read = (source: string) => {
      writeFileSync(path.join(folder, 'my.ts'), source);
      const parsed = readPipelineConfig(file);
      return 'config' in parsed ? parsed.config : undefined;
    };
    const [first, second] = [read('1'), read('2')];
    expect(first?.transform).toMatchObject({ name: './my.ts', path: path.join(folder, 'my.ts') });
    expect(first?.mapping.version).not.toBe(second?.mapping.version);
    expect(read('1')?.mapping.version).toBe(first?.mapping.version);
  });

  test('is another mapping with another source of a file that it imports, wherever both lie', () => {
    const versionOf = (lib: string) => {
      const folder = directory();
      writeFileSync(path.join(folder, 'pipeline.yaml'), 'version: 1\ntransform: ./my.ts\n');
      writeFileSync(path.join(folder, 'my.ts'), `import { a } from './lib.ts'; export const transform = a;`);
      writeFileSync(path.join(folder, 'lib.ts'), lib);
      const parsed = readPipelineConfig(path.join(folder, 'pipeline.yaml'));
      return 'config' in parsed ? parsed.config.mapping.version : parsed.problems;
    };
    expect(versionOf('1')).toMatch(/^1-/);
    expect(versionOf('1')).toBe(versionOf('1'));
    expect(versionOf('1')).not.toBe(versionOf('2'));
  });

  test('that is not there is a problem with its line', () => {
    expect(parsePipelineConfig('version: 1\n\ntransform: ./no-such.ts', directory())).toEqual({
      problems: ['line 3: transform names a module that cannot be read (ENOENT)'],
    });
  });

  test('is read once with its file: what was checked is what is used', () => {
    const file = path.join(directory(), 'pipeline.yaml');
    writeFileSync(file, 'version: 1\n');
    const read = createConfigReader();
    const first = read(file);
    writeFileSync(file, 'version: 2\n');
    expect(read(file)).toBe(first);
    expect(createConfigReader()(file)).toHaveProperty('problems');
  });
});

describe('a problem names its line and field', () => {
  test.each([
    ['version: 2', 'line 1: version must be 1'],
    ['', 'line 1: the file must be object'],
    ['preset: docs', "line 1: the file must have required property 'version'"],
    ['version: 1\nshiping: {}', 'line 2: shiping is not known here'],
    ['version: 1\npreset: other', 'line 2: preset must be one of docs, connector'],
    [
      'version: 1\nshipping:\n  methods:\n    dhl:\n      service: ship',
      'line 5: shipping.methods.dhl.service must be one of shipping, collect',
    ],
    [
      'version: 1\nshipping:\n  methods:\n    dhl: {}',
      "line 4: shipping.methods.dhl must have required property 'service'",
    ],
    ['version: 1\nmapping:\n  locales: [en, 7]', 'line 3: mapping.locales.1 must be string'],
    [
      'version: 1\nmapping:\n  postalCodePlaceholders: { AE: 00000 }',
      'line 3: mapping.postalCodePlaceholders.AE must be string',
    ],
    ['version: 1\ntags:\n  store: " "', 'line 3: tags.store must not be blank'],
    ['version: 1\nfields: { names: { shortid: my_id } }', 'line 2: fields.names.shortid is not known here'],
    ['version: 1\nstatus: { ready: soon }', 'line 2: status.ready must be one of first, all'],
    [
      'version: 1\nfields: { names: { jobs: "my id" } }',
      'line 2: fields.names.jobs must match pattern "^[A-Za-z0-9_-]{2,36}$"',
    ],
    [
      'version: 1\nmapping:\n  order:\n    stickers:\n      x: { priority: 1, nameLocalized: { de_DE: fifteen letters } }',
      'line 5: mapping.order.stickers.x.nameLocalized.de_DE must NOT have more than 14 characters',
    ],
  ])('%j', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test('all of them at once', () => {
    expect(problemsOf('version: 2\npreset: x\nextra: 1')).toHaveLength(3);
  });

  test('also where it is no YAML, or says a thing twice', () => {
    expect(problemsOf('version: 1\nshipping: [')[0]).toMatch(/^line \d: /);
    expect(problemsOf('version: 1\ntags: {}\ntags: {}')[0]).toMatch(/^line 3: /);
    expect(problemsOf('version: 1\ntags: !!js/function x')[0]).toMatch(/^line 2: /);
  });

  test('and aliases that multiply are refused', () => {
    const levels = Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(9)}]`);
    expect(problemsOf(`a0: &a0 [x]\n${levels.join('\n')}`)).toEqual(['line 1: too many aliases']);
  });
});

test('postal code placeholders go by country', () => {
  const problemOf = (entry: string) => problemsOf(`version: 1\nmapping:\n  postalCodePlaceholders: { ${entry} }`);
  expect(problemOf('uae: "0"')).toEqual(['line 3: mapping.postalCodePlaceholders.uae is not known here']);
  expect(problemOf('AE: " "')).toEqual(['line 3: mapping.postalCodePlaceholders.AE must not be blank']);
});

test('a file that is not there is a problem, not a crash', () => {
  const path = fileURLToPath(new URL('./no-such.yaml', import.meta.url));
  expect(readPipelineConfig(path)).toEqual({ problems: ['the file cannot be read (ENOENT)'] });
});

test('any text at all is a configuration or a list of problems', () => {
  const words = fc.constantFrom(
    'version: 1\n',
    'shipping:\n',
    '  methods:\n',
    '    a: ',
    '{',
    '[',
    '&x',
    '*x',
    '- ',
    '"',
    '\n',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string({ maxLength: 5 }))), (parts) => {
      const parsed = parsePipelineConfig(parts.join(''));
      if ('problems' in parsed) expect(parsed.problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 200 },
  );
});

test('the schema that editors use is this one: `npm run ops -- config schema` prints it', () => {
  const file = new URL('../../../../../schemas/pipeline.schema.json', import.meta.url);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(pipelineConfigSchema);
});

test.each([['guides/mapping.md'], ['reference/mapping.md']])('the files that docs/%s shows are valid', (page) => {
  const root = new URL('../../../../../', import.meta.url);
  const text = readFileSync(new URL(`docs/${page}`, root), 'utf8');
  const files = [...text.matchAll(/```yaml\n([^]*?)```/g)].map(([, yaml]) => yaml ?? '');
  expect(files.length).toBeGreaterThan(0);
  for (const file of files)
    expect(parsePipelineConfig(file, fileURLToPath(new URL('deploy/pipeline', root)))).toHaveProperty('config');
});
