import type { TagReference } from '../core/model.ts';
import { badRequest } from '../http/problem.ts';
import { closed, compile, list, oneOf, type Schema, text } from './compile.ts';

const day: Schema = { type: 'string', format: 'date' };
const tag = closed({ 'id*': text, 'value*': text });

/** What each action takes besides name and version. */
const members = {
  UPDATE_GDPR_CLEANUP_DATE: { 'gdprCleanupDate*': day },
  UPDATE_PROCESS_DELETION_DATE: { 'deletionDate*': day },
  ADD_TAGS_TO_PROCESS: { 'tags*': list(tag, { minItems: 1, maxItems: 10 }) },
  ASSIGN_FACILITY_TO_PROCESS: { 'facilityRef*': text, rerouteDescriptionId: text },
} as const satisfies Record<string, Readonly<Record<string, Schema>>>;

export type ProcessAction = { readonly version: number } & (
  | { readonly name: 'UPDATE_GDPR_CLEANUP_DATE'; readonly gdprCleanupDate: string }
  | { readonly name: 'UPDATE_PROCESS_DELETION_DATE'; readonly deletionDate: string }
  | { readonly name: 'ADD_TAGS_TO_PROCESS'; readonly tags: readonly TagReference[] }
  | { readonly name: 'ASSIGN_FACILITY_TO_PROCESS'; readonly facilityRef: string }
);

const parsers = new Map(
  Object.entries(members).map(([name, own]) => [
    name,
    compile<ProcessAction>(closed({ 'name*': oneOf(name), 'version*': { type: 'integer', minimum: 0 }, ...own })),
  ]),
);

/** The body of `POST /api/processes/{id}/actions`, closed for each action on its own. Throws a 400. */
export function parseProcessAction(body: unknown): ProcessAction {
  const name = typeof body === 'object' && body !== null && 'name' in body ? String(body.name) : '';
  const parse = parsers.get(name);
  if (parse === undefined)
    throw badRequest('Unknown action', `body.name must be one of ${[...parsers.keys()].join(', ')}.`);
  return parse(body);
}
