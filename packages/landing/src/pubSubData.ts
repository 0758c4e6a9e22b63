import { deepestJson, nestsDeeperThan } from '@pipeline/streams';

/**
 * Body of a Pub/Sub push → what was published; undefined: it is none, or what was published nests too deep to be read.
 * Never throws.
 */
export function pubSubData(body: Buffer): Buffer | undefined {
  try {
    const { message } = JSON.parse(body.toString('utf8')) as { message?: { data?: unknown } };
    const text = message?.data;
    if (typeof text !== 'string' || text === '') return undefined;
    const data = Buffer.from(text, 'base64');
    return nestsDeeperThan(data, deepestJson) ? undefined : data;
  } catch {
    return undefined;
  }
}
