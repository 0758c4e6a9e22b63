import { setTimeout as sleep } from 'node:timers/promises';
import { serviceNames, type ServiceName } from '@pipeline/sandbox';
import type { Member } from '../world/member.ts';
import type { World } from '../world/world.ts';
import { SEATS, type Seat } from './nemesis.ts';

/** How a seat is filled again. */
export interface NextMember {
  /** Milliseconds until it is started. (Default: 0) */
  readonly downMs?: number;
  readonly failpoint?: string;
}

/** An end that nobody asked for: what a supervisor sees before it starts the process again. */
export interface Crash {
  readonly member: string;
  readonly code: number | null;
  readonly signal: string | null;
  readonly logFile: string;
}

/** Members of every service on numbered seats; a process that ends, however, is followed by another. */
export interface Crew {
  /** Who sits there; undefined: nobody just now. */
  at(seat: Seat): Member | undefined;
  /** What follows when the one who sits there has ended. */
  next(seat: Seat, next: NextMember): void;
  /** Everybody who runs, third members too. */
  running(): readonly Member[];
  /** A third member, that nobody follows. */
  join(service: ServiceName): Promise<Member>;
  readonly starts: number;
  readonly crashes: readonly Crash[];
  /** Resolves when every seat is filled by a member that is ready. */
  untilReady(withinMs: number): Promise<void>;
  /** Nobody is followed any more; ends them all by SIGTERM. */
  dismiss(): Promise<void>;
}

interface Place {
  readonly service: ServiceName;
  member: Member | undefined;
  next: NextMember;
}

/** Pause before a process that ended by itself is started again. */
const RESTART_MS = 500;

export async function createCrew(world: World): Promise<Crew> {
  const places = serviceNames.flatMap((service) =>
    Array.from({ length: SEATS }, (): Place => ({ service, member: undefined, next: {} })),
  );
  const crashes: Crash[] = [];
  const keepers: Promise<void>[] = [];
  let starts = 0;
  let dismissed = false;

  async function sit(place: Place, waits: boolean): Promise<Member> {
    const { failpoint } = place.next;
    place.next = {};
    starts += 1;
    const member = await world.start(place.service, { waits, ...(failpoint === undefined ? {} : { failpoint }) });
    place.member = member;
    return member;
  }

  /** Follows whoever sits there until the crew is dismissed. */
  async function keep(place: Place, first: Member): Promise<void> {
    for (let member = first; ; member = await sit(place, false)) {
      const { code, signal, stopMs } = await member.ended;
      place.member = undefined;
      await release(member);
      if (signal !== 'SIGKILL' && stopMs === null)
        crashes.push({ member: member.clientId, code, signal, logFile: member.logFile });
      if (dismissed) return;
      await sleep(place.next.downMs ?? RESTART_MS);
      if (dismissed) return;
    }
  }

  const find = ({ service, seat }: Seat): Place => places.filter((place) => place.service === service)[seat] as Place;

  await Promise.all(
    places.map(async (place) => {
      const member = await sit(place, true);
      keepers.push(keep(place, member));
    }),
  );
  return {
    at: (seat) => find(seat).member,
    next: (seat, next) => void (find(seat).next = next),
    running: () => world.members.filter(({ running }) => running),
    async join(service) {
      starts += 1;
      const member = await world.start(service, { waits: false });
      void member.ended.then(() => release(member));
      return member;
    },
    get starts() {
      return starts;
    },
    crashes,
    async untilReady(withinMs) {
      const deadline = performance.now() + withinMs;
      for (const place of places) {
        for (;;) {
          if ((await place.member?.readiness()) === 200) break;
          if (performance.now() > deadline)
            throw new Error(`${place.service} is not ready ${withinMs / 1_000} s after the last fault`);
          await sleep(200);
        }
      }
    },
    async dismiss() {
      dismissed = true;
      await Promise.all(world.members.map((member) => member.stop()));
      await Promise.all(keepers);
    },
  };
}

const release = async ({ lines }: Member): Promise<void> => {
  await Promise.all(Object.values(lines).map((line) => line.close()));
};
