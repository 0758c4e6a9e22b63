import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { createKafka, type KafkaLogLine } from './client.ts';

const once1 = { retries: 0 };

async function refusedAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return `127.0.0.1:${port}`;
}

describe('createKafka', () => {
  it("gives the client's log lines to the hook and writes none itself", async () => {
    const stdout = vi.spyOn(process.stdout, 'write');
    const stderr = vi.spyOn(process.stderr, 'write');
    const lines: KafkaLogLine[] = [];
    const brokers = [await refusedAddress()];
    const loud = createKafka({
      brokers,
      clientId: 'test',
      retry: once1,
      onLog: (line) => lines.push(line),
      logLevel: 'error',
    });
    await expect(loud.admin().connect()).rejects.toThrow();
    await expect(createKafka({ brokers, clientId: 'test', retry: once1 }).admin().connect()).rejects.toThrow();
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every(({ level }) => level === 'error')).toBe(true);
    expect(lines[0]).toMatchObject({ logger: expect.stringMatching(/^kafkajs/), message: expect.any(String) });
    expect(lines[0]?.details).not.toHaveProperty('message');
    expect(stdout).not.toHaveBeenCalled();
    expect(stderr).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('leaves out warnings of what is done on purpose', () => {
    const lines: KafkaLogLine[] = [];
    const kafka = createKafka({ brokers: ['127.0.0.1:1'], clientId: 'test', onLog: (line) => lines.push(line) });
    kafka.producer();
    kafka.producer({ idempotent: true, retry: { retries: 5 } });
    expect(lines).toEqual([]);
  });

  describe("the client's request queue", () => {
    interface Queue {
      pending: unknown[];
      throttledUntil: number;
      throttleCheckTimeoutId: unknown;
      scheduleCheckPendingRequests(): void;
      checkPendingRequests(): void;
      destroy(): void;
    }
    const newQueue = (): Queue => {
      createKafka({ brokers: ['127.0.0.1:1'], clientId: 'test' });
      const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (
        options: object,
      ) => Queue;
      return new RequestQueue({
        logger: { debug: () => undefined },
        clientId: 'test',
        broker: 'b',
        requestTimeout: 100,
      });
    };

    it('arms no timer while nothing waits, which in Node 24 would also warn of its negative delay', () => {
      const queue = newQueue();
      queue.scheduleCheckPendingRequests();
      queue.checkPendingRequests();
      expect(queue.throttleCheckTimeoutId).toBeNull();
    });

    it('sends what waits when the throttling is over', async () => {
      const queue = newQueue();
      const send = vi.fn();
      queue.throttledUntil = Date.now() + 20;
      queue.pending.push({ send, expectResponse: true, correlationId: 1, pendingDuration: 0 });
      queue.scheduleCheckPendingRequests();
      expect(send).not.toHaveBeenCalled();
      await vi.waitFor(() => expect(send).toHaveBeenCalledOnce());
      queue.destroy();
    });
  });
});
