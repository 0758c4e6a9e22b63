/** The part of kafkajs's encoder that is filled from outside. `new` makes room for at least as many bytes. */
export type EncoderClass = new (size: number) => Encoder;

export interface Encoder {
  buf: Buffer;
  offset: number;
  /** The bytes that were written. */
  readonly buffer: Buffer;
}

export interface RequestParts {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly encode: () => Promise<Encoder>;
}

interface Request {
  readonly correlationId: number;
  readonly clientId: string | null;
  readonly request: RequestParts;
}

/** One that has exactly these bytes. */
export function encoderOf(NewEncoder: EncoderClass, bytes: Buffer): Encoder {
  const encoder = new NewEncoder(1);
  encoder.buf = bytes;
  encoder.offset = bytes.length;
  return encoder;
}

/** Length, kind of the request, its number, who asks. */
const HEAD_BYTES = 4 + 2 + 2 + 4 + 2;

/**
 * A whole request as kafkajs makes it, copied once: there twice, into buffers that were zeroed and grew.
 * @see https://kafka.apache.org/protocol#protocol_messages
 */
export function createRequestEncoder(NewEncoder: EncoderClass) {
  return async ({ correlationId, clientId, request }: Request): Promise<Encoder> => {
    const { buffer: payload } = await request.encode();
    const idBytes = clientId === null ? 0 : Buffer.byteLength(clientId);
    const into = Buffer.allocUnsafeSlow(HEAD_BYTES + idBytes + payload.length);
    let at = into.writeInt32BE(into.length - 4, 0);
    at = into.writeInt16BE(request.apiKey, at);
    at = into.writeInt16BE(request.apiVersion, at);
    at = into.writeInt32BE(correlationId, at);
    at = into.writeInt16BE(clientId === null ? -1 : idBytes, at);
    at += clientId === null ? 0 : into.write(clientId, at);
    payload.copy(into, at);
    return encoderOf(NewEncoder, into);
  };
}
