import type { World } from '../world/world.ts';

/** The request that makes an order. */
export const POST_ORDER = '/api/orders';
/** How the router finds out what became of an attempt. */
const SEARCH = '/api/orders/search';

const count = async (world: World, path: string): Promise<number> =>
  (await world.requests('fulfillmenttools')).filter((request) => request.method === 'POST' && request.path === path)
    .length;

/** Requests to make an order, whatever came of them. */
export const countPosts = (world: World): Promise<number> => count(world, POST_ORDER);
export const countLookUps = (world: World): Promise<number> => count(world, SEARCH);

/** The fault of each request to make an order, until it is mended. */
export const onPosts = { method: 'POST', route: POST_ORDER } as const;
