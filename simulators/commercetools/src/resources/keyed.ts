import type { FastifyInstance, FastifyRequest } from 'fastify';
import { resourceNotFound } from '../errors.ts';
import type { KeyedStore } from '../keyedStore.ts';
import type { KeyedResource } from '../model.ts';
import { parsePage, parseWhere, toPage } from '../paging.ts';
import { findIn } from '../state.ts';

export type KeyedRequest = FastifyRequest<{ Params: { id?: string; key?: string } }>;

/** The resource that the request's path names. Throws ApiError (404). */
export function findKeyed<T extends KeyedResource>(store: KeyedStore<T>, { params }: KeyedRequest): T {
  const resource = findIn(store, params);
  if (resource) return resource;
  const [what, value] = params.id === undefined ? ['key', params.key] : ['ID', params.id];
  throw resourceNotFound(`The Resource with ${what} '${value}' was not found.`);
}

/** `GET <path>`, `<path>/{id}` and `<path>/key={key}` of a resource with keys. `store` is asked at each request. */
export function registerReads(app: FastifyInstance, path: string, store: () => KeyedStore<KeyedResource>): void {
  app.get<{ Querystring: Record<string, string> }>(path, (request, reply) => {
    const where = parseWhere(request.query, ['key', 'id']);
    const found = store()
      .all()
      .filter((resource) => where.every(({ field, value }) => resource[field] === value));
    return reply.send(toPage(found, parsePage(request.query)));
  });
  for (const one of [`${path}/:id`, `${path}/key=:key`])
    app.get(one, (request: KeyedRequest, reply) => reply.send(findKeyed(store(), request)));
}
