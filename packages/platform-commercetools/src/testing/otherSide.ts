import type { Order } from '@commercetools/platform-sdk';

/** A project that speaks commercetools' HTTP API on the loopback interface. */
export interface OtherSide extends AsyncDisposable {
  readonly url: string;
  readonly projectKey: string;
  /** Stores an order as it is given. */
  seed(order: Order): Promise<void>;
}

/** A project without orders, for an API client with these credentials. */
export type StartOtherSide = (client: {
  readonly clientId: string;
  readonly clientSecret: string;
}) => Promise<OtherSide>;
