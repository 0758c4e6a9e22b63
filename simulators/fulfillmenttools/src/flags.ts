import {
  type Flag,
  numberFlag,
  hostFlag,
  portFlag,
  probabilityFlag,
  switchFlag,
  textFlag,
  type Values,
} from '@pipeline/simulator-control';
import { type SimulatorOptions, type TagForCreation, toSettings } from './core/options.ts';
import { type LifeName, lifeNames } from './life/lives.ts';
import { switchFlags, toSwitchValues } from './switchFlags.ts';

const preset = toSettings({});
const anHour = 3_600_000;

const milliseconds = (name: 'stepMs' | 'retryBaseMs' | 'shuffleMs' | 'webhookTimeoutMs', help: string) =>
  numberFlag({ preset: preset[name], min: 0, max: anHour, help });

const tagsFlag: Flag<readonly TagForCreation[]> = {
  placeholder: 'ID=A|B,..',
  help: 'tags that exist from the start, each with its values',
  preset: preset.tags,
  shown: 'none',
  expected: 'an id, =, and values separated by |; tags separated by commas',
  parse(texts) {
    const tags = texts
      .flatMap((text) => text.split(','))
      .map((text) => /^([^=]+)=(.+)$/.exec(text.trim()))
      .map((match) => ({ id: match?.[1] ?? '', allowedValues: (match?.[2] ?? '').split('|') }));
    return tags.some(({ id, allowedValues }) => id === '' || allowedValues.includes('')) ? undefined : tags;
  },
};

const livesFlag: Flag<LifeName | 'random'> = {
  placeholder: 'NAME',
  help: 'life of every order that can live it; random: another for each, by seed and tenantOrderId',
  preset: preset.lives,
  shown: preset.lives,
  expected: `random, ${lifeNames.join(', ')}`,
  parse: (texts) => (['random', ...lifeNames] as const).find((name) => name === texts.at(-1)),
};

const facilitiesFlag: Flag<readonly string[]> = {
  placeholder: 'ID,ID',
  help: 'tenantFacilityIds that exist from the start',
  preset: preset.facilities,
  shown: preset.facilities.join(','),
  expected: 'ids separated by commas',
  parse(texts) {
    const ids = texts.flatMap((text) => text.split(',').map((id) => id.trim()));
    return ids.includes('') ? undefined : [...new Set(ids)];
  },
};

export const flags = {
  port: portFlag(),
  host: hostFlag(),
  user: textFlag({ preset: preset.user, help: 'e-mail of the API user' }),
  password: textFlag({ preset: preset.password, help: 'its password' }),
  'api-key': textFlag({ preset: preset.apiKey, help: 'key of the sign-in' }),
  'client-id': textFlag({ preset: preset.clientId, help: 'client of the identity provider at POST /idp/token' }),
  'client-secret': textFlag({ preset: preset.clientSecret, help: 'its secret' }),
  'provider-id': textFlag({ preset: preset.providerId, help: 'what that identity provider is called in the exchange' }),
  harsh: switchFlag({
    preset: false,
    help: 'every switch on its harsh side, as the seed chooses; a flag with another value than its default wins',
  }),
  ...switchFlags,
  'step-ms': milliseconds('stepMs', "pause between two steps of an order's life; 0: only the control API moves it"),
  lives: livesFlag,
  facilities: facilitiesFlag,
  tags: tagsFlag,
  'inherit-attributes': switchFlag({
    preset: preset.inheritAttributes,
    help: "handover jobs, shipments and parcels carry the order's customAttributes",
  }),
  'inherit-tenant-order-id': switchFlag({
    preset: preset.inheritTenantOrderId,
    help: "they do not carry the order's tenantOrderId",
  }),
  tracking: switchFlag({
    preset: preset.tracking,
    help: 'a delivery lives on until its parcel is tracked as delivered',
  }),
  surprises: probabilityFlag({
    preset: preset.surprises,
    help: 'share of events with a field, a status or a name that nobody has heard of',
  }),
  'webhook-timeout-ms': milliseconds('webhookTimeoutMs', 'how long a receiver may take to answer 200'),
  'webhook-connections': numberFlag({
    preset: preset.webhookConnections,
    min: 1,
    max: 10_000,
    help: 'webhooks under way at one receiver',
  }),
  'retry-base-ms': milliseconds('retryBaseMs', 'first pause before a webhook is repeated; doubles up to 5 s'),
  duplicates: probabilityFlag({ preset: preset.duplicates, help: 'share of webhooks that are sent twice' }),
  're-emissions': probabilityFlag({
    preset: preset.reEmissions,
    help: 'share of events that are emitted again with another eventId',
  }),
  shuffle: switchFlag({ preset: preset.shuffle, help: 'webhooks arrive in any order' }),
  'shuffle-ms': milliseconds('shuffleMs', 'how far --shuffle delays them at most'),
  seed: numberFlag({ preset: preset.seed, min: 0, max: 2 ** 32 - 1, help: 'of every random decision' }),
};

export type FlagValues = Values<typeof flags>;

export function toOptions(values: FlagValues): SimulatorOptions {
  const options = toPlainOptions(values);
  if (!values.harsh) return options;
  const given = Object.entries(options).filter(([name, value]) => value !== preset[name as keyof typeof preset]);
  return { harsh: true, seed: values.seed, ...Object.fromEntries(given) };
}

const toPlainOptions = (values: FlagValues) => ({
  user: values.user,
  password: values.password,
  apiKey: values['api-key'],
  clientId: values['client-id'],
  clientSecret: values['client-secret'],
  providerId: values['provider-id'],
  ...toSwitchValues(values),
  stepMs: values['step-ms'],
  facilities: values.facilities,
  tags: values.tags,
  lives: values.lives,
  inheritAttributes: values['inherit-attributes'],
  inheritTenantOrderId: values['inherit-tenant-order-id'],
  surprises: values.surprises,
  webhookTimeoutMs: values['webhook-timeout-ms'],
  webhookConnections: values['webhook-connections'],
  reEmissions: values['re-emissions'],
  tracking: values.tracking,
  retryBaseMs: values['retry-base-ms'],
  duplicates: values.duplicates,
  shuffle: values.shuffle,
  shuffleMs: values['shuffle-ms'],
  seed: values.seed,
});
