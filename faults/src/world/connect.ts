import type { ProcessName, Secrets } from '@pipeline/sandbox';
import type { Member } from './member.ts';
import type { Relay, Vendor } from './relay.ts';
import type { Vendors } from './vendors.ts';

export interface Connecting {
  readonly vendors: Pick<Vendors, Vendor>;
  readonly relay: Relay;
  readonly secrets: Secrets;
  /** What ingest-fft subscribes to. (Default: what the first release knew) */
  readonly events?: readonly string[] | undefined;
}

/** Where a member listens. */
export interface Endpoint {
  readonly name: ProcessName;
  readonly member: Member;
  readonly port: number;
  readonly subscribes: boolean;
  readonly channels: boolean;
}

/** Vendors post to the relay, which passes it on to the members of the ingest services that are there. */
export function createConnect({ vendors, relay, secrets, events }: Connecting): (endpoint: Endpoint) => Promise<void> {
  const connected = new Set<Vendor>();

  /** Notifications go to the member as long as its process is there. */
  function route(vendor: Vendor, { ended }: Member, port: number): void {
    const url = `http://127.0.0.1:${port}/${vendor}`;
    relay.addTarget(vendor, url);
    void ended.then(() => relay.removeTarget(vendor, url));
  }

  function isFirst(vendor: Vendor): boolean {
    const first = !connected.has(vendor);
    connected.add(vendor);
    return first;
  }

  return async ({ name, member, port, subscribes, channels }) => {
    if (name === 'ingest-ct') {
      route('commercetools', member, port);
      if (isFirst('commercetools'))
        await vendors.commercetools.push(relay.urlOf('commercetools'), secrets.commercetools, { changes: channels });
    }
    if (name === 'ingest-fft') {
      route('fulfillmenttools', member, port);
      if (subscribes && isFirst('fulfillmenttools'))
        await vendors.fulfillmenttools.subscribe(relay.urlOf('fulfillmenttools'), secrets.fulfillmenttools, events);
    }
  };
}
