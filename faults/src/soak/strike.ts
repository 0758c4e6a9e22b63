import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker } from '@pipeline/sandbox';
import type { Member } from '../world/member.ts';
import type { World } from '../world/world.ts';
import type { Crew } from './crew.ts';
import type { Strike } from './nemesis.ts';

export interface Battlefield {
  readonly world: World;
  readonly crew: Crew;
  readonly broker: Pick<Broker, 'restart'>;
  readonly log: (line: string) => void;
  readonly stops: Stops;
}

/** Who cannot end as it was told to: by whose stop the broker was away, or who was killed meanwhile. */
export interface Stops {
  stop(member: Stoppable): Promise<void>;
  kill(member: Stoppable): Promise<void>;
  whileAway(restart: Promise<void>): Promise<void>;
  /** Client ids of members that were told to stop, or were stopping, while the broker was away. */
  readonly unfinishable: ReadonlySet<string>;
  /** Client ids of members that were killed while they were stopping. */
  readonly cutShort: ReadonlySet<string>;
}

interface Stoppable {
  readonly clientId: string;
  stop(): Promise<unknown>;
  kill(): Promise<unknown>;
}

export function createStops(): Stops {
  const stopping = new Set<string>();
  const unfinishable = new Set<string>();
  const cutShort = new Set<string>();
  let away = 0;
  return {
    async stop(member) {
      stopping.add(member.clientId);
      if (away > 0) unfinishable.add(member.clientId);
      await member.stop();
      stopping.delete(member.clientId);
    },
    async kill(member) {
      if (stopping.has(member.clientId)) cutShort.add(member.clientId);
      await member.kill();
    },
    async whileAway(restart) {
      away += 1;
      for (const member of stopping) unfinishable.add(member);
      await restart.finally(() => void (away -= 1));
    },
    unfinishable,
    cutShort,
  };
}

/** How often what really happened: nobody is struck who is down, and a failpoint may never be reached. */
export type Tally = Record<string, number>;

export interface Struck extends Pick<Stops, 'unfinishable' | 'cutShort'> {
  readonly tally: Tally;
}

/** Does what is planned, each at its time, and resolves when all of it is over and mended. */
export async function strikeAll(world: Omit<Battlefield, 'stops'>, strikes: readonly Strike[]): Promise<Struck> {
  const field: Battlefield = { ...world, stops: createStops() };
  const tally: Tally = {};
  const beganAt = performance.now();
  const underWay: Promise<void>[] = [];
  for (const planned of strikes) {
    await sleep(Math.max(0, beganAt + planned.atMs - performance.now()));
    const late = Math.round((performance.now() - beganAt) / 1_000);
    field.log(`${late} s: ${JSON.stringify(planned)}`);
    underWay.push(
      strike(field, planned).then((done) => {
        const name = done ? planned.kind : 'missed';
        tally[name] = (tally[name] ?? 0) + 1;
      }),
    );
  }
  const failures = (await Promise.allSettled(underWay)).flatMap((result) =>
    result.status === 'rejected' ? [result.reason as Error] : [],
  );
  if (failures[0]) throw failures[0];
  const { unfinishable, cutShort } = field.stops;
  return { tally, unfinishable, cutShort };
}

/** Resolves with whether there was anybody to strike. */
async function strike(field: Battlefield, planned: Strike): Promise<boolean> {
  const { world, crew } = field;
  switch (planned.kind) {
    case 'broker':
      if (field.broker.restart) await field.stops.whileAway(field.broker.restart(planned));
      return field.broker.restart !== undefined;
    case 'burst':
      await world.spoil(planned.vendor, planned.fault);
      await sleep(planned.lastsMs);
      await world.mend(planned.vendor);
      return true;
    case 'tokens':
      await world[planned.vendor].expireTokens();
      return true;
    case 'join': {
      const third = await crew.join(planned.service);
      await Promise.race([sleep(START_MS), third.untilReady().catch(() => undefined)]);
      await sleep(planned.lastsMs);
      await field.stops.stop(third);
      return true;
    }
    default: {
      const member = crew.at(planned);
      if (!member?.running) return false;
      await strikeMember(field, planned, member);
      return true;
    }
  }
}

const START_MS = 20_000;

async function strikeMember(
  { crew, stops }: Battlefield,
  planned: Extract<Strike, { readonly seat: number }>,
  member: Member,
): Promise<void> {
  switch (planned.kind) {
    case 'kill':
      crew.next(planned, { downMs: planned.downMs });
      await stops.kill(member);
      return;
    case 'stop':
      crew.next(planned, { downMs: planned.downMs });
      await stops.stop(member);
      return;
    case 'failpoint':
      crew.next(planned, { downMs: 0, failpoint: planned.failpoint });
      await stops.kill(member);
      return;
    case 'freeze':
      member.signal('SIGSTOP');
      await sleep(planned.lastsMs);
      member.signal('SIGCONT');
      return;
    case 'cut': {
      const line = member.lines[planned.line];
      if (planned.how === 'once') return line.cutOnce();
      line.set(planned.how);
      await sleep(planned.lastsMs);
      line.set('open');
    }
  }
}
