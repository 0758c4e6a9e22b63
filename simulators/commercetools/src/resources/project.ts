import { exchangeOf } from '@pipeline/simulator-control';
import type { FastifyInstance } from 'fastify';
import { concurrentModification, invalidField, invalidInput } from '../errors.ts';
import { asFields, optionalList, positiveInteger, text } from '../input.ts';
import type { Fields } from '../model.ts';
import { needs } from '../scopes.ts';
import { project } from '../seed.ts';
import type { Simulation } from '../simulation.ts';
import type { ProjectState } from '../state.ts';

/** `GET /{projectKey}`, its languages, and whether messages are kept for queries. */
export function registerProject(app: FastifyInstance, { state, settings: { projectKey } }: Simulation): void {
  app.get('/', needs('view_project_settings'), (_, reply) => reply.send(project(projectKey, state.project)));

  app.post('/', needs('manage_project_settings'), (request, reply) => {
    const body = asFields(request.body, 'body');
    const version = positiveInteger(body, 'version');
    const { project: current } = state;
    if (version !== current.version) throw concurrentModification(projectKey, version, current.version);
    const changed = optionalList(body, 'actions').reduce(applyAction, current);
    if (changed !== current) {
      exchangeOf(request).markEffect();
      state.project = { ...changed, version: version + 1 };
    }
    return reply.send(project(projectKey, state.project));
  });
}

function applyAction(project: ProjectState, action: Fields): ProjectState {
  const name = text(action, 'action', 'actions -> action');
  if (name === 'changeLanguages') return { ...project, languages: parseLanguages(action) };
  if (name === 'changeMessagesConfiguration') return { ...project, messages: parseMessages(action) };
  throw invalidInput(
    `Invalid update action '${name}' for the Project. The simulator knows changeLanguages and changeMessagesConfiguration.`,
  );
}

function parseLanguages({ languages }: Fields): ProjectState['languages'] {
  const isTag = (each: unknown): each is string => typeof each === 'string' && /^[a-z]{2}(-[A-Z]{2})?$/.test(each);
  if (Array.isArray(languages) && languages.length > 0 && languages.every(isTag)) return [...new Set(languages)];
  throw invalidField('languages', languages, 'Expected language tags.');
}

function parseMessages(action: Fields): ProjectState['messages'] {
  const { enabled, deleteDaysAfterCreation } = asFields(action.messagesConfiguration, 'messagesConfiguration');
  if (typeof enabled !== 'boolean') throw invalidField('enabled', enabled, 'Expected true or false.');
  if (
    !Number.isInteger(deleteDaysAfterCreation) ||
    Number(deleteDaysAfterCreation) < 1 ||
    Number(deleteDaysAfterCreation) > 90
  )
    throw invalidField('deleteDaysAfterCreation', deleteDaysAfterCreation, 'Expected 1 to 90.');
  return { enabled, deleteDaysAfterCreation: Number(deleteDaysAfterCreation) };
}
