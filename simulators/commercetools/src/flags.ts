import {
  type Flag,
  type Flags,
  numberFlag,
  hostFlag,
  portFlag,
  switchFlag,
  textFlag,
  type Values,
} from '@pipeline/simulator-control';
import { type ApiClient, type CommercetoolsSimulatorOptions, toSettings, type VersionStep } from './options.ts';
import { switchFlags, type SwitchFlagValues, toSwitchOptions } from './switchFlags.ts';

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

const ownFlags = {
  port: portFlag(),
  host: hostFlag(),
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
  messages: switchFlag({
    preset: preset.messagesEnabled,
    help: 'messages are not kept for queries, as in a new project',
  }),
  harsh: switchFlag({ preset: preset.harsh, help: 'everything below is on its harsh side unless it is given' }),
};

export const flags = { ...ownFlags, ...switchFlags };

export type FlagValues = Values<typeof flags>;

/** `--harsh` decides about whatever has its preset: a flag that says so again makes no difference. */
export function toOptions(values: FlagValues): CommercetoolsSimulatorOptions {
  const { harsh, 'version-step': versionStep } = values;
  return {
    projectKey: values.project,
    clients: values.client,
    seed: values.seed,
    ...(!(harsh && versionStep === preset.versionStep) && { versionStep }),
    tokenLifetimeSeconds: values['token-lifetime-s'],
    retryBaseMs: values['retry-base-ms'],
    connections: values.connections,
    messagesEnabled: values.messages,
    harsh,
    ...toSwitchOptions(values as Values<Flags> as SwitchFlagValues, harsh),
  };
}
