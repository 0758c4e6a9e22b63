import {
  type Flag,
  numberFlag,
  portFlag,
  probabilityFlag,
  switchFlag,
  textFlag,
  type Values,
} from '@pipeline/simulator-control';
import { duplicateStatuses, type DuplicateStatus, type SimulatorOptions, toSettings } from './core/options.ts';

const preset = toSettings({});
const anHour = 3_600_000;

const milliseconds = (name: 'latencyMs' | 'indexLagMs' | 'stepMs' | 'retryBaseMs' | 'shuffleMs', help: string) =>
  numberFlag({ preset: preset[name], min: 0, max: anHour, help });

const duplicateStatusFlag: Flag<DuplicateStatus> = {
  placeholder: 'N',
  help: 'status that refuses a repeated tenantOrderId',
  preset: preset.duplicateStatus,
  shown: String(preset.duplicateStatus),
  expected: duplicateStatuses.join(' or '),
  parse: (texts) => duplicateStatuses.find((status) => String(status) === texts.at(-1)),
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
  user: textFlag({ preset: preset.user, help: 'e-mail of the API user' }),
  password: textFlag({ preset: preset.password, help: 'its password' }),
  'api-key': textFlag({ preset: preset.apiKey, help: 'key of the sign-in' }),
  'token-lifetime-seconds': numberFlag({
    preset: preset.tokenLifetimeSeconds,
    min: 0,
    max: 31_536_000,
    help: 'life of an id token',
  }),
  uniqueness: switchFlag({ preset: preset.uniqueness, help: 'a repeated tenantOrderId is accepted' }),
  'duplicate-status': duplicateStatusFlag,
  'latency-ms': milliseconds('latencyMs', 'how long a call takes before its effect'),
  'index-lag-ms': milliseconds('indexLagMs', 'how long a change is invisible to lists and searches'),
  'step-ms': milliseconds('stepMs', "pause between two steps of an order's life; 0: only the control API moves it"),
  facilities: facilitiesFlag,
  'inherit-attributes': switchFlag({
    preset: preset.inheritAttributes,
    help: "handover jobs, shipments and parcels carry the order's customAttributes",
  }),
  tracking: switchFlag({
    preset: preset.tracking,
    help: 'a delivery lives on until its parcel is tracked as delivered',
  }),
  'retry-base-ms': milliseconds('retryBaseMs', 'first pause before a webhook is repeated; doubles up to 5 s'),
  duplicates: probabilityFlag({ preset: preset.duplicates, help: 'share of webhooks that are sent twice' }),
  shuffle: switchFlag({ preset: preset.shuffle, help: 'webhooks arrive in any order' }),
  'shuffle-ms': milliseconds('shuffleMs', 'how far --shuffle delays them at most'),
  seed: numberFlag({ preset: preset.seed, min: 0, max: 2 ** 32 - 1, help: 'of every random decision' }),
};

export type FlagValues = Values<typeof flags>;

export const toOptions = (values: FlagValues): SimulatorOptions => ({
  user: values.user,
  password: values.password,
  apiKey: values['api-key'],
  tokenLifetimeSeconds: values['token-lifetime-seconds'],
  uniqueness: values.uniqueness,
  duplicateStatus: values['duplicate-status'],
  latencyMs: values['latency-ms'],
  indexLagMs: values['index-lag-ms'],
  stepMs: values['step-ms'],
  facilities: values.facilities,
  inheritAttributes: values['inherit-attributes'],
  tracking: values.tracking,
  retryBaseMs: values['retry-base-ms'],
  duplicates: values.duplicates,
  shuffle: values.shuffle,
  shuffleMs: values['shuffle-ms'],
  seed: values.seed,
});
