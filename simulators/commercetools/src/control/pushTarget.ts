import { ControlRefusal, parseMembers } from '@pipeline/simulator-control';
import { isFields } from '../input.ts';
import { type Envelope, envelopes } from '../notifications/envelope.ts';
import type { PushTargetDraft } from '../notifications/target.ts';

const members = [
  'url',
  'envelope',
  'headers',
  'types',
  'changes',
  'format',
  'subscription',
  'confirmationRequired',
] as const;

/** Throws ControlRefusal that names the member. */
export function parsePushTarget(body: unknown): PushTargetDraft {
  const given = parseMembers(body, 'a push target', members);
  const { url, envelope, headers = {}, types, format, subscription } = given;
  if (typeof url !== 'string' || !/^https?:/.test(url) || !URL.canParse(url))
    throw new ControlRefusal("A push target's 'url' must be an absolute http or https URL.");
  if (envelope !== undefined && !envelopes.includes(envelope as Envelope))
    throw new ControlRefusal(`A push target's 'envelope' must be ${envelopes.join(' or ')}.`);
  if (!isFields(headers) || !Object.values(headers).every((value) => typeof value === 'string'))
    throw new ControlRefusal("A push target's 'headers' must be an object of texts.");
  if (types !== undefined && !(Array.isArray(types) && types.every((type) => typeof type === 'string')))
    throw new ControlRefusal("A push target's 'types' must be a list of message types.");
  if (format !== undefined && format !== 'Platform' && format !== 'CloudEvents')
    throw new ControlRefusal("A push target's 'format' must be Platform or CloudEvents.");
  if (subscription !== undefined && typeof subscription !== 'string')
    throw new ControlRefusal("A push target's 'subscription' must be the key of one.");
  for (const name of ['changes', 'confirmationRequired'] as const)
    if (given[name] !== undefined && typeof given[name] !== 'boolean')
      throw new ControlRefusal(`A push target's '${name}' must be true or false.`);
  if (subscription !== undefined && (types !== undefined || given['changes'] !== undefined))
    throw new ControlRefusal("A push target's 'subscription' says already which messages and changes it gets.");
  return { ...given, url, headers: headers as Record<string, string> } as PushTargetDraft;
}
