import { deepestJson, nestsDeeperThan, parseSparsely } from '@pipeline/streams';

const shape = new Map([['message', new Map([['data', 'whole' as const]])]]);

/**
 * Body of a Pub/Sub push → what was published; undefined: it is none, or one of them nests too deep to be read.
 * Never throws.
 */
export function pubSubData(body: Buffer): Buffer | undefined {
  try {
    const { message } = (parseSparsely(body, shape) ?? parse(body)) as { message?: { data?: unknown } };
    const text = message?.data;
    if (typeof text !== 'string' || text === '') return undefined;
    const data = Buffer.from(text, 'base64');
    return nestsDeeperThan(data, deepestJson) ? undefined : data;
  } catch {
    return undefined;
  }
}

/** Strict: what is put in the place of bytes that are no UTF-8 would be left out of the base64 in silence. */
const utf8 = new TextDecoder('utf-8', { fatal: true });
const parse = (body: Buffer): unknown => (nestsDeeperThan(body, deepestJson) ? {} : JSON.parse(utf8.decode(body)));
