import { createRequire } from 'node:module';
import { loadPackageDefinition, type sendUnaryData, Server, ServerCredentials } from '@grpc/grpc-js';
import type { ServerDuplexStream, ServerUnaryCall, ServiceClientConstructor } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';

/** Google's subscriber service with one subscription: its real protocol, what it does is ours. */
export interface PubSubServer {
  /** host:port */
  readonly endpoint: string;
  publish(...texts: readonly string[]): void;
  /** Of these texts in the order in which they were acknowledged. */
  readonly acknowledged: readonly string[];
  /** How often each was delivered. */
  readonly deliveries: ReadonlyMap<string, number>;
  /** gRPC status that opening the stream ends with; undefined: it is opened. */
  refuseWith: number | undefined;
  close(): void;
}

interface AckIds {
  readonly ackIds: readonly string[];
}
type Deadlines = AckIds & { readonly ackDeadlineSeconds: number };
type Stream = ServerDuplexStream<{ maxOutstandingMessages?: number | string }, object>;

/** The service as the client's own package describes it. */
function subscriberService(): ServiceClientConstructor['service'] {
  const json = createRequire(import.meta.url)('@google-cloud/pubsub/build/protos/protos.json') as object;
  const loaded = loadPackageDefinition(fromJSON(json, { defaults: true, longs: String })) as unknown as {
    google: { pubsub: { v1: { Subscriber: ServiceClientConstructor } } };
  };
  return loaded.google.pubsub.v1.Subscriber.service;
}

/** Nothing is redelivered by itself but what was given back. */
export async function startPubSubServer(): Promise<PubSubServer> {
  const waiting: string[] = [];
  const inHand = new Map<string, string>();
  const acknowledged: string[] = [];
  const deliveries = new Map<string, number>();
  const streams = new Set<Stream>();
  let ids = 0;

  const deliver = (): void => {
    const [stream] = streams;
    if (stream === undefined) return;
    const receivedMessages = waiting.splice(0).map((text) => {
      const ackId = `ack-${++ids}`;
      inHand.set(ackId, text);
      deliveries.set(text, (deliveries.get(text) ?? 0) + 1);
      return { ackId, message: { data: Buffer.from(text), messageId: `m-${ids}`, attributes: {} } };
    });
    if (receivedMessages.length > 0) stream.write({ receivedMessages });
  };

  const server = new Server();
  server.addService(subscriberService(), {
    streamingPull(stream: Stream) {
      if (fake.refuseWith !== undefined) {
        stream.emit('error', Object.assign(new Error('refused by the test'), { code: fake.refuseWith }));
        return;
      }
      const leave = () => void streams.delete(stream);
      stream.on('data', () => {
        streams.add(stream);
        deliver();
      });
      stream.on('end', () => {
        leave();
        stream.end();
      });
      stream.on('cancelled', leave);
      stream.on('error', leave);
    },
    acknowledge({ request: { ackIds } }: ServerUnaryCall<AckIds, object>, answer: sendUnaryData<object>) {
      for (const ackId of ackIds) {
        const text = inHand.get(ackId);
        if (text !== undefined && inHand.delete(ackId)) acknowledged.push(text);
      }
      answer(null, {});
    },
    modifyAckDeadline({ request }: ServerUnaryCall<Deadlines, object>, answer: sendUnaryData<object>) {
      for (const ackId of request.ackDeadlineSeconds === 0 ? request.ackIds : []) {
        const text = inHand.get(ackId);
        if (text !== undefined && inHand.delete(ackId)) waiting.push(text);
      }
      answer(null, {});
      deliver();
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });

  const fake = {
    endpoint: `127.0.0.1:${port}`,
    publish(...texts: readonly string[]) {
      waiting.push(...texts);
      deliver();
    },
    acknowledged,
    deliveries,
    refuseWith: undefined as number | undefined,
    close: () => server.forceShutdown(),
  };
  return fake;
}
