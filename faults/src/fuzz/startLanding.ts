import { startVendorServer } from '../landingParts.ts';
import { startForked } from '../sandboxParts.ts';
import { audience, createWays, serviceAccount, topicArn, type Way } from './ways.ts';

export type ToLanding = 'landed';
export type FromLanding =
  | { readonly is: 'listening'; readonly port: number }
  | { readonly is: 'landed'; readonly count: number };

export interface Landing extends AsyncDisposable {
  readonly port: number;
  readonly ways: readonly Way[];
  /** How many deliveries were landed so far. Rejects when the process has ended. */
  landed(): Promise<number>;
}

/** The landing server in another process: one that ends is noticed. Google and SNS are played by this one. */
export async function startLanding(secret: string): Promise<Landing> {
  const { ways, answer } = createWays(secret);
  const vendor = await startVendorServer(answer);
  const { next, ask, stop } = startForked<ToLanding, FromLanding>({
    main: new URL('landing.main.ts', import.meta.url),
    name: 'The landing server',
    env: {
      PATH: process.env['PATH'] ?? '',
      ROLES: 'land',
      KAFKA_BROKERS: '127.0.0.1:9',
      CT_PUSH_TRANSPORTS: 'bare,connect,pubsub,sns,eventbridge,eventgrid',
      CT_PUSH_SECRET: secret,
      FFT_PUSH_TRANSPORTS: 'webhook,pubsub',
      FFT_WEBHOOK_SECRET: secret,
      PUSH_OIDC_AUDIENCE: audience,
      PUSH_OIDC_SERVICE_ACCOUNT: serviceAccount,
      PUSH_OIDC_KEYS_URL: `${vendor.origin}/certs`,
      SNS_TOPIC_ARN: topicArn,
      SNS_ENDPOINT: vendor.origin,
    },
  });
  const { port } = await next('listening');
  return {
    port,
    ways,
    landed: async () => (await ask('landed', 'landed')).count,
    async [Symbol.asyncDispose]() {
      await stop();
      await vendor.close();
    },
  };
}
