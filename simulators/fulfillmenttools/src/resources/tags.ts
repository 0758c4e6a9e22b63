import type { FastifyInstance } from 'fastify';
import { exchangeOf } from '@pipeline/simulator-control';
import type { Tag } from '../core/model.ts';
import { isListed, newEntity, type World } from '../core/world.ts';
import { page, type Query } from '../http/paging.ts';
import { badRequest, notFound } from '../http/problem.ts';
import { parseTag } from '../validation/tag.ts';
import { longAgo } from './facilities.ts';

/** The tags that exist from the start. */
export function seedTags(world: World): void {
  for (const tag of world.settings.tags) world.state.tags.set(tag.id, { ...newEntity(world), ...longAgo, ...tag });
}

export function registerTags(app: FastifyInstance, world: World): void {
  app.post('/api/tags', (request, reply) => {
    const body = parseTag(request.body);
    if (world.state.tags.has(body.id)) throw badRequest('Tag already exists', `There is a tag with id '${body.id}'.`);
    const tag: Tag = { ...newEntity(world), ...body };
    world.state.tags.set(tag.id, tag);
    exchangeOf(request).markEffect();
    return reply
      .code(201)
      .header('location', `/api/tags/${encodeURIComponent(tag.id)}`)
      .send(tag);
  });

  app.get('/api/tags', (request) => {
    const all = [...world.state.tags.values()].filter((tag) => isListed(world, tag));
    return { tags: page(all, request.query as Query), total: all.length };
  });

  app.get<{ Params: { tagId: string } }>('/api/tags/:tagId', (request) => {
    const tag = world.state.tags.get(request.params.tagId);
    if (tag === undefined) throw notFound('tag', request.params.tagId);
    return tag;
  });
}
