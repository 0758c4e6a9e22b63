import { SUPPLY_ROLE } from '@pipeline/provider-fulfillmenttools';
import { parseRate } from '../duration.ts';
import type { AuditOptions } from './auditCommand.ts';
import { flag, readOnlyFlags, text } from '../flags.ts';

export interface ChannelSyncOptions {
  /** Of channels; none: all. */
  readonly keys: readonly string[];
  /** undefined: any. */
  readonly role: string | undefined;
  /** Channels per second. */
  readonly perSecond: number;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** The vendor's names: https://docs.commercetools.com/api/projects/channels */
const roles = [SUPPLY_ROLE, 'ProductDistribution', 'OrderExport', 'OrderImport', 'Primary'];
/** What fits into the address of a query. */
const MOST_KEYS = 50;

/**
 * Arguments after `channels sync`.
 * @throws Error that names the argument.
 */
export function toChannelSync(args: readonly string[]): ChannelSyncOptions {
  const values = readOnlyFlags(args, {
    key: { ...text, multiple: true },
    role: { ...text, default: SUPPLY_ROLE },
    rate: { ...text, default: '50/s' },
    'dry-run': flag,
    json: flag,
  });
  const keys = [...new Set(values.key)];
  if (keys.some((key) => !/^[A-Za-z0-9_-]{2,256}$/.test(key))) throw new Error('--key must be the key of a channel.');
  if (keys.length > MOST_KEYS)
    throw new Error(`--key may be given ${MOST_KEYS} times; without it every channel is sent.`);
  const { role, rate, json } = values;
  if (role !== 'any' && !roles.includes(role))
    throw new Error(`--role is "${role}", but must be one of ${roles.join(', ')}, or any.`);
  const perSecond = parseRate('--rate', rate);
  return { keys, role: role === 'any' ? undefined : role, perSecond, dryRun: values['dry-run'], json };
}

/**
 * Arguments after `channels audit`.
 * @throws Error that names the argument.
 */
export const toChannelAudit = (args: readonly string[]): AuditOptions => readOnlyFlags(args, { json: flag });
