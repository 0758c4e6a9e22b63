type Values = Readonly<Record<string, unknown>>;

/** Of the connector's configuration, in its own order; what else stands there is not known. */
const known = [
  'orderCustomTypeKey',
  'collectChannelReferenceFieldName',
  'shippingMethodMapping',
  'storeTagMapping',
  'customFieldTagMapping',
  'locales',
];

/** What the connector asks the project itself; undefined: it could not be read. */
export interface ProjectFacts {
  /** By key of each store: the keys of its supply channels. */
  readonly stores?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The most important first. */
  readonly languages?: readonly string[] | undefined;
}

const HEAD = `# yaml-language-server: $schema=./schemas/pipeline.schema.json
# Made of the custom object fft/configuration of the vendor's connector. What it has no counterpart for says so.
version: 1
preset: connector`;

const STORES =
  '  # The connector prefers the facilities of the supply channels of the order’s store. Here they are named.';

const LOCALES =
  '  # The connector looks for texts in its own list of English and German. Here in the project’s languages, in its order.';

const UNKNOWN = `  # The connector ships what has another method, or none. Here it is placed LOCKED; shipping: as the connector does.
  unknownMethod: hold`;

/**
 * The configuration of the vendor's connector → the text of a pipeline.yaml, valid whatever stands there: what has no
 * counterpart is a comment. Locales are those that it names, else the project's languages.
 */
export function toPipelineYaml(configuration: unknown, { stores, languages }: ProjectFacts = {}): string {
  const values = toValues(configuration);
  const text = (name: string): string | undefined => toText(values[name]);
  const notes: string[] = Object.keys(values)
    .filter((name) => !known.includes(name))
    .map((name) => `# ${inLine(name)}: the pipeline has no such setting.`);
  for (const name of ['orderCustomTypeKey', 'collectChannelReferenceFieldName', 'storeTagMapping'])
    if (Object.hasOwn(values, name) && text(name) === undefined)
      notes.push(`# ${name}: is no text, or blank. The connector does without it, too.`);
  const locales = toNamedLocales(configuration);
  if (Object.hasOwn(values, 'locales') && locales === undefined)
    notes.push('# locales: names none. Here they are the languages of the project.');
  const fieldTags = Object.entries(toValues(values.customFieldTagMapping)).map(([field, tag]) =>
    toText(tag) === undefined || field === ''
      ? `    # ${inLine(field)}: names no tag.`
      : `    ${quoted(field)}: ${quoted(tag)}`,
  );
  const methods = Object.entries(toValues(values.shippingMethodMapping)).flatMap(([key, rule]) => toMethod(key, rule));
  const [facility, store, type] = [
    text('collectChannelReferenceFieldName'),
    text('storeTagMapping'),
    text('orderCustomTypeKey'),
  ];
  return [
    HEAD,
    ...notes,
    'shipping:',
    ...section('  methods:', methods),
    UNKNOWN,
    ...(facility === undefined ? [] : [`  collectFacilityField: ${quoted(facility)}`]),
    ...toStores(stores),
    ...section('tags:', [
      ...(store === undefined ? [] : [`  store: ${quoted(store)}`]),
      ...section('  fields:', fieldTags),
    ]),
    ...section('fields:', type === undefined ? [] : [`  orderType: ${quoted(type)}`]),
    ...toLocales(locales, languages),
    '# FEAT_ORDERSYNC_ACTIVE and FEAT_STATUSUPDATES_ACTIVE of the connector: PLACEMENT and STATUS_WRITES here.',
    '# FEAT_CHANNELSYNC_ACTIVE: CT_CHANNELS of ingest-ct and the service facility-sync here.',
    '',
  ].join('\n');
}

/** A title with nothing but comments below it would be null. */
const section = (title: string, lines: readonly string[]): string[] =>
  lines.every((line) => line.trimStart().startsWith('#')) ? [...lines] : [title, ...lines];

/** Those that the configuration names by itself; undefined: none. The connector has no such setting. */
export function toNamedLocales(configuration: unknown): readonly string[] | undefined {
  const { locales } = toValues(configuration);
  const given: readonly unknown[] = Array.isArray(locales) ? locales : [];
  const names = given.map(toText).filter((name) => name !== undefined);
  return names.length === 0 ? undefined : names;
}

function toLocales(named: readonly string[] | undefined, languages: readonly string[] | undefined): string[] {
  const locales = [...new Set(named ?? languages?.filter((each) => toText(each) !== undefined))];
  if (locales.length > 0)
    return ['mapping:', ...(named ? [] : [LOCALES]), `  locales: [${locales.map(quoted).join(', ')}]`];
  if (languages) return [];
  return ['# The project’s languages could not be read. mapping: { locales: [<each, the most important first>] }'];
}

function toStores(stores: Readonly<Record<string, readonly string[]>> | undefined): string[] {
  if (stores === undefined)
    return [STORES, '  # They could not be read. facilitiesByStore: { <key of the store>: [<key of each channel>] }'];
  const lines = Object.entries(stores).map(
    ([key, channels]) => `    ${quoted(key)}: [${channels.map(quoted).join(', ')}]`,
  );
  return lines.length === 0 ? [] : [STORES, '  facilitiesByStore:', ...lines];
}

function toMethod(key: string, value: unknown): string[] {
  const { serviceType, serviceLevel, carriers } = toValues(value);
  const remarks: string[] = [];
  if (key === '') return ['    # A method without a key: left out.'];
  if (serviceType === 'CLICK_AND_COLLECT') return [`    ${quoted(key)}: { service: collect }`];
  if (serviceType !== 'SHIPPING')
    remarks.push(
      `    # ${inLine(key)}: its serviceType is neither SHIPPING nor CLICK_AND_COLLECT; the connector ships it.`,
    );
  const level = ['DELIVERY', 'SAMEDAY'].find((each) => each === serviceLevel);
  if (serviceLevel !== undefined && level === undefined)
    remarks.push(`    # ${inLine(key)}: its serviceLevel is neither DELIVERY nor SAMEDAY: left out.`);
  const given: readonly unknown[] = Array.isArray(carriers) ? carriers : [];
  const names = new Set(given.map(toText).filter((name) => name !== undefined));
  if (carriers !== undefined && names.size !== given.length)
    remarks.push(`    # ${inLine(key)}: not all of its carriers are texts, each another one: those are left out.`);
  // Of a serviceType that it does not know the connector takes neither.
  const wanted = serviceType === 'SHIPPING';
  const parts = [
    'service: shipping',
    ...(wanted && level !== undefined ? [`serviceLevel: ${level}`] : []),
    ...(wanted && names.size > 0 ? [`carriers: [${[...names].map(quoted).join(', ')}]`] : []),
  ];
  return [...remarks, `    ${quoted(key)}: { ${parts.join(', ')} }`];
}

const toValues = (value: unknown): Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Values) : {};

const toText = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;

/** Words that are more than a text in some YAML are quoted as JSON, which is YAML. */
const quoted = (value: unknown): string => {
  const text = String(value);
  const plain = /^[a-z][\w-]*$/i.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  // JSON leaves some characters as they are that YAML does not take.
  return plain
    ? text
    : JSON.stringify(text).replace(
        /[\u007f-\uffff]/g,
        (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
};

const inLine = (text: string): string => text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?');
