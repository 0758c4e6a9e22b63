import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request of Kafka's protocol, for what its client does only as a member of a group, or not at all. */
export interface KafkaRequest {
  readonly api: number;
  readonly version: number;
  readonly body: Buffer;
}

/** Sends one request to `host:port`; resolves when there is an answer, whatever it says. */
export async function sendRequest(broker: string, request: KafkaRequest): Promise<void> {
  const { hostname: host, port } = new URL(`tcp://${broker}`);
  const socket = connect({ host, port: Number(port) });
  const answered = Promise.withResolvers<void>();
  socket.once('data', () => answered.resolve());
  socket.once('error', answered.reject);
  socket.once('close', () => answered.reject(new Error('The broker closed the connection instead of answering.')));
  socket.write(toFrame(request));
  try {
    await Promise.race([answered.promise, sleep(5_000)]);
  } finally {
    socket.destroy();
  }
}

/** Length, then the header: api key, version, correlation id, client id. */
function toFrame({ api, version, body }: KafkaRequest): Buffer {
  const header = Buffer.concat([int16(api), int16(version), int32(0), text('faults')]);
  return Buffer.concat([int32(header.length + body.length), header, body]);
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([int16(bytes.length), bytes]);
}
