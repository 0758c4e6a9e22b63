import type { FastifyInstance } from 'fastify';
import type { Versioned } from '../core/model.ts';
import { isListed, type State, type World } from '../core/world.ts';
import { page, type Query } from '../http/paging.ts';
import { notFound } from '../http/problem.ts';

/** A kind of entity that can be read by id and listed. */
export interface Collection<Entity extends Versioned> {
  readonly path: `/api/${string}`;
  /** What the entity is called in an error. */
  readonly what: string;
  /** What the list is called in its answer. */
  readonly listedAs: string;
  readonly of: (state: State) => ReadonlyMap<string, Entity>;
  /** Fields that a list can be narrowed by, each to one of the values that are given. */
  readonly filters: readonly string[];
  /** What a list shows of an entity (Default: all of it). */
  readonly toListed?: (entity: Entity) => object;
}

/**
 * `GET` by id read-after-write, and the list. As all reads with a filter or a page it is eventually consistent: an
 * entity is missing from it until the index knows it. Parameters that are no filter here are ignored.
 */
export function registerCollection<Entity extends Versioned>(
  app: FastifyInstance,
  world: World,
  { path, what, listedAs, of, filters, toListed = (entity) => entity }: Collection<Entity>,
): void {
  app.get<{ Params: { id: string } }>(`${path}/:id`, (request) =>
    knownEntity(of(world.state), what, request.params.id),
  );

  app.get(path, (request) => {
    const query = request.query as Query;
    const matching = indexed(world, of(world.state)).filter((entity) =>
      filters.every((name) => isAsked(query[name], Reflect.get(entity, name))),
    );
    return { [listedAs]: page(matching, query).map(toListed), total: matching.length };
  });
}

/** The entity as it is stored. Throws a 404. */
export function knownEntity<Entity>(entities: ReadonlyMap<string, Entity>, what: string, id: string): Entity {
  const entity = entities.get(id);
  if (entity === undefined) throw notFound(what, id);
  return entity;
}

/** The entities that lists know by now. */
export const indexed = <Entity extends Versioned>(world: World, entities: ReadonlyMap<string, Entity>): Entity[] =>
  [...entities.values()].filter((entity) => isListed(world, entity));

const isAsked = (asked: string | string[] | undefined, value: unknown): boolean =>
  asked === undefined || [asked].flat().includes(String(value));
