import type { FastifyInstance, FastifyRequest } from 'fastify';
import { resourceNotFound } from '../errors.ts';
import { expand, type Resolve } from '../expand.ts';
import type { KeyedStore } from '../keyedStore.ts';
import type { KeyedResource } from '../model.ts';
import { listParameter, parseQuery, type QueryParameters, toPagedAnswer } from '../query/query.ts';
import { runQuery } from '../query/run.ts';
import { needs } from '../scopes.ts';
import { findIn } from '../state.ts';
import { keyedFields } from './fields.ts';

export type KeyedRequest = FastifyRequest<{ Params: { id?: string; key?: string } }>;

/** The resource that the request's path names. Throws ApiError (404). */
export function findKeyed<T extends KeyedResource>(store: KeyedStore<T>, { params }: KeyedRequest): T {
  const resource = findIn(store, params);
  if (resource) return resource;
  const [what, value] = params.id === undefined ? ['key', params.key] : ['ID', params.id];
  throw resourceNotFound(`The Resource with ${what} '${value}' was not found.`);
}

/**
 * `GET <path>`, `<path>/{id}` and `<path>/key={key}` of a resource with keys. `store` is asked at each request.
 * `resolve`: references are expanded where the request asks for that.
 */
export function registerReads(
  app: FastifyInstance,
  {
    path,
    scope,
    store,
    resolve,
  }: { path: string; scope: string; store: () => KeyedStore<KeyedResource>; resolve?: Resolve },
): void {
  const expanded = (resource: KeyedResource, query: QueryParameters) =>
    resolve ? expand(resource, listParameter(query, 'expand'), resolve) : resource;
  app.get<{ Querystring: QueryParameters }>(path, needs(scope), (request, reply) => {
    const query = parseQuery(request.query, keyedFields);
    const candidates = store()
      .all()
      .map((resource) => ({ facets: resource, document: () => resource }));
    const { page, total } = runQuery(candidates, query);
    const results = page.map(({ document }) => expanded(document(), request.query));
    return reply.send(toPagedAnswer(query, results, total));
  });
  for (const one of [`${path}/:id`, `${path}/key=:key`])
    app.get(one, needs(scope), (request: KeyedRequest, reply) =>
      reply.send(expanded(findKeyed(store(), request), request.query as QueryParameters)),
    );
}
