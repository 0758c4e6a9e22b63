/** Body of a Pub/Sub push → what was published; undefined: it is none. Never throws. */
export function pubSubData(body: Buffer): Buffer | undefined {
  try {
    const { message } = JSON.parse(body.toString('utf8')) as { message?: { data?: unknown } };
    const data = message?.data;
    return typeof data === 'string' && data !== '' ? Buffer.from(data, 'base64') : undefined;
  } catch {
    return undefined;
  }
}
