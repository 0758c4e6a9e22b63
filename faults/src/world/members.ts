import path from 'node:path';
import { type ProcessName, type Secrets, serviceEnvironment } from '@pipeline/sandbox';
import { freePorts, type Stop } from '../sandboxParts.ts';
import { createConnect } from './connect.ts';
import { createLine, type Line } from './line.ts';
import { type Lines, type Member, startMember } from './member.ts';
import type { WorldOptions } from './options.ts';
import type { Relay } from './relay.ts';
import { scaled } from './settings.ts';
import type { Vendors } from './vendors.ts';

/** The processes of the services. */
export interface Members {
  readonly members: readonly Member[];
  /** Starts a process of a service; resolves when it is ready. */
  start(name: ProcessName, options?: StartMember): Promise<Member>;
}

export interface StartMember {
  /** As the variable FAILPOINT. */
  readonly failpoint?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Another deployment, with a group of its own. (Default: the world's prefix) */
  readonly groupPrefix?: string;
  readonly nodeFlags?: readonly string[];
  /** Resolves at once. (Default: true) */
  readonly waits?: boolean;
  /** Of ingest-fft: fulfillmenttools sends it what happens there, and not only what the row posts. (Default: true) */
  readonly subscribes?: boolean;
  /** Of the first ingest-ct: commercetools tells it of channels, and it makes events of that. (Default: false) */
  readonly channels?: boolean;
  /** Lines that are cut from the start. (Default: none) */
  readonly cut?: readonly (keyof Lines)[];
}

export interface MembersOptions {
  readonly options: Pick<WorldOptions, 'broker' | 'run' | 'logs' | 'settings' | 'events'>;
  readonly prefix: string;
  readonly vendors: Vendors;
  readonly relay: Relay;
  readonly secrets: Secrets;
  /** Ends what was started. */
  readonly stops: Stop[];
}

interface Surroundings {
  readonly id: string;
  readonly how: StartMember;
  readonly ports: { readonly http: number; readonly ops: number };
  readonly registryUrl: string;
}

/** Nobody waits for it. */
const PATIENCE_MS = 3_600_000;

export function createMembers({ options, prefix, vendors, relay, secrets, stops }: MembersOptions): Members {
  const { broker, run } = options;
  const { addresses } = vendors;
  const [brokerAddress = ''] = broker.brokers;
  const registry = new URL(broker.registryUrl);
  const members: Member[] = [];
  const connect = createConnect({ vendors, relay, secrets, events: options.events });

  async function createLines(): Promise<Lines> {
    const line = async (address: string): Promise<Line> => {
      const created = await createLine(address);
      stops.push(() => created.close());
      return created;
    };
    return {
      broker: await line(brokerAddress),
      commercetools: await line(addresses.commercetools),
      fulfillmenttools: await line(addresses.fulfillmenttools),
      registry: await line(registry.host),
    };
  }

  function environment(name: ProcessName, { id, how, ports, registryUrl }: Surroundings) {
    const { failpoint, settings = {}, groupPrefix = prefix, channels = false } = how;
    return serviceEnvironment(name, {
      addresses: {
        brokers: broker.brokers,
        registryUrl,
        commercetoolsUrl: `http://${addresses.commercetools}`,
        fulfillmenttoolsUrl: `http://${addresses.fulfillmenttools}`,
        ports: { [name]: ports },
      },
      topicPrefix: prefix,
      groupPrefix,
      secrets,
      overrides: {
        ...scaled,
        KAFKA_CLIENT_ID: id,
        ...broker.settings,
        ...options.settings,
        ...(channels ? { CT_CHANNELS: 'on' } : {}),
        ...settings,
        ...(failpoint === undefined ? {} : { FAILPOINT: failpoint }),
      },
    });
  }

  return {
    members,
    async start(name, how = {}) {
      const { nodeFlags = [], waits = true, subscribes = true, channels = false, cut = [] } = how;
      const [http = 0, ops = 0] = await freePorts(2);
      const lines = await createLines();
      for (const line of cut) lines[line].set('cut');
      // By its address: not every client of HTTP would notice a redirected connection.
      const registryUrl = Object.assign(new URL(registry), { host: lines.registry.address }).href;
      const id = `${run}-${members.length + 1}`;
      const member = startMember({
        name,
        clientId: `${id}-${name}`,
        opsPort: ops,
        httpPort: http,
        logFile: path.join(options.logs, `${run}-${name}-${members.length + 1}.log`),
        lines,
        redirects: {
          [brokerAddress]: lines.broker.address,
          [addresses.commercetools]: lines.commercetools.address,
          [addresses.fulfillmenttools]: lines.fulfillmenttools.address,
        },
        nodeFlags,
        env: environment(name, { id, how, ports: { http, ops }, registryUrl }),
      });
      members.push(member);
      stops.push(() => member.kill());
      const ready = (withinMs?: number) =>
        member.untilReady({ withinMs }).then(() => connect({ name, member, port: http, subscribes, channels }));
      if (waits) await ready();
      else void ready(PATIENCE_MS).catch(() => undefined);
      return member;
    },
  };
}
