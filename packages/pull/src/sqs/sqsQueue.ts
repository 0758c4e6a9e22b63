import type { SQSClient } from '@aws-sdk/client-sqs';
import { PipelineError } from '@pipeline/streams';

export interface SqsQueueOptions {
  readonly queueUrl: string;
  /** (Default: that of the queue's URL) */
  readonly region?: string | undefined;
  /** Asked instead of the queue's own host. */
  readonly endpoint?: string | undefined;
}

/** The calls of SQS that are needed, for one queue. */
export interface SqsQueue {
  /** Waits up to 20 s for the first message. */
  receive(max: number, visibilityMs: number, signal: AbortSignal): Promise<readonly SqsMessage[]>;
  /** At most 10. Resolves with what failed, by its place. */
  delete(handles: readonly string[]): Promise<ReadonlyMap<number, Error>>;
  /** At most 10: hidden from now on for so long. Resolves with what failed, by its place. */
  hide(entries: readonly { readonly handle: string; readonly ms: number }[]): Promise<ReadonlyMap<number, Error>>;
  close(): void;
}

export interface SqsMessage {
  readonly handle: string;
  readonly body: string;
}

/** The longest that SQS waits: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const LONG_POLL_S = 20;
/** The longest that SQS hides a message. */
const LONGEST_HIDDEN_S = 43_200;

/**
 * Signs with what Amazon's default chain finds: environment, shared files, web identity, container, instance.
 * Loads Amazon's client: 100 ms that a service without such a queue does not have.
 */
export async function openSqsQueue({ queueUrl, region, endpoint }: SqsQueueOptions): Promise<SqsQueue> {
  const sdk = await import('@aws-sdk/client-sqs');
  const client: SQSClient = new sdk.SQSClient({
    ...withDefined({ region: region ?? regionOf(queueUrl), endpoint }),
    useQueueUrlAsEndpoint: endpoint === undefined,
  });
  const QueueUrl = queueUrl;
  const seconds = (ms: number): number => Math.min(LONGEST_HIDDEN_S, Math.ceil(ms / 1_000));
  return {
    async receive(max, visibilityMs, abortSignal) {
      const { Messages = [] } = await client.send(
        new sdk.ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: max,
          WaitTimeSeconds: LONG_POLL_S,
          VisibilityTimeout: seconds(visibilityMs),
        }),
        { abortSignal },
      );
      return Messages.flatMap(({ ReceiptHandle: handle, Body: body = '' }) =>
        handle === undefined ? [] : [{ handle, body }],
      );
    },
    async delete(handles) {
      const Entries = handles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
      const { Failed } = await client.send(new sdk.DeleteMessageBatchCommand({ QueueUrl, Entries }));
      return toFailed(Failed);
    },
    async hide(entries) {
      const Entries = entries.map(({ handle, ms }, index) => ({
        Id: String(index),
        ReceiptHandle: handle,
        VisibilityTimeout: seconds(ms),
      }));
      const { Failed } = await client.send(new sdk.ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      return toFailed(Failed);
    },
    close: () => client.destroy(),
  };
}

/** From `https://sqs.eu-central-1.amazonaws.com/…`; undefined: the client looks for it elsewhere. */
export function regionOf(queueUrl: string): string | undefined {
  return /^https?:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\//.exec(queueUrl)?.[1];
}

const toFailed = (
  failed: readonly { readonly Id?: string | undefined; readonly Code?: string | undefined }[] = [],
): ReadonlyMap<number, Error> =>
  new Map(
    failed.map(({ Id, Code = 'refused' }) => [
      Number(Id),
      new PipelineError('transient', Code, `SQS did not do it for a message: ${Code}. It comes again.`),
    ]),
  );

const withDefined = <Value>(values: Readonly<Record<string, Value | undefined>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Record<string, Value>;
