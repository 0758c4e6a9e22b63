import type { Socket } from 'node:net';

interface Connection {
  socket?: Socket | null;
  /** What has come of an answer that is not complete. */
  chunks: Buffer[];
  bytesBuffered: number;
  bytesNeeded: number;
  /** Of a sign-in under way. */
  authHandlers: { onError(): void } | null;
  authExpectResponse?: boolean;
  readonly requestQueue: { rejectAll(error: Error): void };
  isConnected(): boolean;
}

/** The part of kafkajs that has a socket to a broker. */
export interface ConnectionClass {
  readonly prototype: {
    connect: (this: Connection) => Promise<boolean>;
    disconnect: (this: Connection) => Promise<boolean>;
  };
}

/** kafkajs tells what to do next by the name of the error, and does not export this one. */
export interface ConnectionErrors {
  readonly KafkaJSConnectionClosedError: new (message: string) => Error;
}

/** Of the length that each answer begins with. */
const INT32_SIZE = 4;
const HEARD = ['connect', 'secureConnect', 'data', 'end', 'error', 'timeout'] as const;

/**
 * A connection of kafkajs 2.2.4 that breaks while much is asked over it does not come back as it was:
 * - the beginning of an answer that was cut off is taken for that of the first answer on the next socket;
 * - two requests that find it broken open two sockets, of which one is written to and both are listened to;
 * - a request that comes between a failure and its end is written to the dead socket, and nobody tells it.
 *
 * Requests are then not answered until they time out, half a minute or a whole one and each of them, so that a consumer
 * does not come back to its group; or a length is read that lies outside of the buffer, which ends the process. Here a
 * connection has one socket, forgets all of it before it opens the next, and leaves nobody waiting for its answers.
 *
 * `toError`: what a request gets whose socket has ended.
 */
export function keepOneSocket({ prototype }: ConnectionClass, toError: () => Error): void {
  const { connect, disconnect } = prototype;
  const connecting = new WeakMap<Connection, Promise<boolean>>();
  const disconnecting = new WeakMap<Connection, Promise<boolean>>();

  prototype.connect = function () {
    // Also while it ends what was asked before: what is asked now gets an error at the end.
    if (this.isConnected()) return Promise.resolve(true);
    return shared(connecting, this, async () => {
      await disconnecting.get(this);
      forgetSocket(this);
      return connect.call(this);
    });
  };
  prototype.disconnect = function () {
    return shared(disconnecting, this, async () => {
      // kafkajs tells a sign-in of the end of a socket, but not of its failure.
      this.authHandlers?.onError();
      // Of a socket that has ended no answer comes that kafkajs could wait for.
      if (this.socket?.destroyed || this.socket?.readableEnded) this.requestQueue.rejectAll(toError());
      const done = await disconnect.call(this);
      this.requestQueue.rejectAll(toError());
      return done;
    });
  };
}

/** All who ask while it is under way get the same. */
function shared<Result>(
  underWay: WeakMap<Connection, Promise<Result>>,
  connection: Connection,
  begin: () => Promise<Result>,
): Promise<Result> {
  const known = underWay.get(connection);
  if (known) return known;
  const promise = begin().finally(() => underWay.delete(connection));
  underWay.set(connection, promise);
  return promise;
}

function forgetSocket(connection: Connection): void {
  const { socket } = connection;
  connection.chunks = [];
  connection.bytesBuffered = 0;
  connection.bytesNeeded = INT32_SIZE;
  connection.authHandlers = null;
  connection.authExpectResponse = false;
  if (!socket) return;
  for (const event of HEARD) socket.removeAllListeners(event);
  socket.on('error', () => undefined);
  socket.destroy();
}
