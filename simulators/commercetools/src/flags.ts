import {
  type Flag,
  numberFlag,
  portFlag,
  probabilityFlag,
  switchFlag,
  textFlag,
  type Values,
} from '@pipeline/simulator-control';
import { defaultDelivery } from './notifications/settings.ts';
import { type ApiClient, type CommercetoolsSimulatorOptions, toSettings, type VersionStep } from './options.ts';

const preset = toSettings({});
const anHour = 3_600_000;

const projectFlag: Flag<string> = {
  ...textFlag({ preset: preset.projectKey, help: 'project key' }),
  placeholder: 'KEY',
  expected: '2 to 36 of a-z, A-Z, 0-9, _ and -, of which the first is no _ and no -',
  parse: (texts) => /^[a-z0-9][\w-]{1,35}$/i.exec(texts.at(-1) ?? '')?.[0],
};

const clientFlag: Flag<readonly ApiClient[]> = {
  placeholder: 'ID:SECRET',
  help: 'API client; may be repeated',
  preset: preset.clients,
  shown: preset.clients.map(({ clientId, clientSecret }) => `${clientId}:${clientSecret}`).join(', '),
  expected: 'a client id, a colon and a client secret',
  parse(texts) {
    const clients = texts.map((text) => /^([^:]+):(.+)$/s.exec(text) ?? []);
    if (!clients.every(([all]) => all !== undefined)) return undefined;
    return clients.map(([, clientId = '', clientSecret = '']) => ({ clientId, clientSecret }));
  },
};

const versionStepFlag: Flag<VersionStep> = {
  placeholder: 'N..M',
  help: 'how much a change raises the version',
  preset: preset.versionStep,
  shown: `${preset.versionStep.min}..${preset.versionStep.max}`,
  expected: 'a number such as 1 or a range such as 1..3',
  parse(texts) {
    const [, min, max = min] = /^([1-9]\d{0,5})(?:\.\.([1-9]\d{0,5}))?$/.exec(texts.at(-1) ?? '') ?? [];
    return min === undefined || Number(max) < Number(min) ? undefined : { min: Number(min), max: Number(max) };
  },
};

export const flags = {
  port: portFlag(),
  project: projectFlag,
  client: clientFlag,
  seed: numberFlag({ preset: preset.seed, min: 0, max: 2 ** 32 - 1, help: 'of every random decision' }),
  'version-step': versionStepFlag,
  'token-lifetime-s': numberFlag({
    preset: preset.tokenLifetimeSeconds,
    min: 0,
    max: 31_536_000,
    help: 'life of an access token in seconds',
  }),
  'retry-base-ms': numberFlag({
    preset: preset.retryBaseMs,
    min: 0,
    max: anHour,
    help: 'first pause before a notification is repeated; doubles up to 5 s',
  }),
  connections: numberFlag({
    preset: preset.connections,
    min: 1,
    max: 1_024,
    help: 'notifications under way at one push target',
  }),
  duplicates: probabilityFlag({
    preset: defaultDelivery.duplicates,
    help: 'share of notifications that are sent twice',
  }),
  shuffle: switchFlag({ preset: defaultDelivery.shuffle, help: 'notifications arrive in any order' }),
  'shuffle-ms': numberFlag({
    preset: defaultDelivery.shuffleMs,
    min: 0,
    max: anHour,
    help: 'how far --shuffle delays them at most',
  }),
  'payload-not-included': probabilityFlag({
    preset: defaultDelivery.payloadNotIncluded,
    help: 'share of messages that come without their own fields',
  }),
  'without-order-number': probabilityFlag({
    preset: defaultDelivery.withoutOrderNumber,
    help: 'share of messages that come without user-provided identifiers',
  }),
};

export type FlagValues = Values<typeof flags>;

export const toOptions = (values: FlagValues): CommercetoolsSimulatorOptions => ({
  projectKey: values.project,
  clients: values.client,
  seed: values.seed,
  versionStep: values['version-step'],
  tokenLifetimeSeconds: values['token-lifetime-s'],
  retryBaseMs: values['retry-base-ms'],
  connections: values.connections,
  delivery: {
    duplicates: values.duplicates,
    shuffle: values.shuffle,
    shuffleMs: values['shuffle-ms'],
    payloadNotIncluded: values['payload-not-included'],
    withoutOrderNumber: values['without-order-number'],
  },
});
