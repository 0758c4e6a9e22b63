import { randomUUID } from 'node:crypto';
import { exchangeOf } from '@pipeline/simulator-control';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { concurrentModification, invalidInput, invalidJsonInput, resourceNotFound } from '../errors.ts';
import { asFields, positiveInteger, text } from '../input.ts';
import type { CustomObject, Fields } from '../model.ts';
import { needs } from '../scopes.ts';
import type { Simulation } from '../simulation.ts';

type OneRequest = FastifyRequest<{ Params: { container: string; key: string } }>;

/** `/custom-objects`: one is read, created or replaced by container and key. */
export function registerCustomObjects(app: FastifyInstance, { state, settings }: Simulation): void {
  app.get('/custom-objects/:container/:key', needs('view_key_value_documents'), (request: OneRequest, reply) => {
    const { container, key } = request.params;
    const found = state.customObjects.get(`${container}/${key}`);
    if (!found)
      throw resourceNotFound(`The CustomObject with container '${container}' and key '${key}' was not found.`);
    return reply.send(found);
  });

  app.post('/custom-objects', needs('manage_key_value_documents'), (request, reply) => {
    const body = asFields(request.body, 'body');
    const [container, key] = [parseName(body, 'container'), parseName(body, 'key')];
    if (body.value === undefined) throw invalidJsonInput('value: Missing required value');
    const before = state.customObjects.get(`${container}/${key}`);
    const version = before?.version ?? 0;
    if (body.version !== undefined && positiveInteger(body, 'version') !== version)
      throw concurrentModification(before?.id ?? key, Number(body.version), version);
    const lastModifiedAt = new Date(settings.now()).toISOString();
    const stored: CustomObject = {
      ...{ id: before?.id ?? randomUUID(), createdAt: before?.createdAt ?? lastModifiedAt, lastModifiedAt },
      ...{ version: version + 1, container, key, value: body.value },
    };
    state.customObjects.set(`${container}/${key}`, stored);
    exchangeOf(request).markEffect();
    return reply.code(before ? 200 : 201).send(stored);
  });
}

function parseName(body: Fields, name: 'container' | 'key'): string {
  const value = text(body, name);
  if (/^[-_~.a-zA-Z0-9]{1,256}$/.test(value)) return value;
  throw invalidInput(
    `'${name}' has to be 1 to 256 characters of A-Z, a-z, 0-9, '-', '_', '~' and '.', got '${value}'.`,
  );
}
