import { describeContract, type Exclusions } from '../clauses.ts';
import { signInClauses } from '../signIns.ts';
import { customTypeClauses } from './customTypeClauses.ts';
import type { OpenPlatform } from './driver.ts';
import { readOrderClauses } from './readOrderClauses.ts';
import { partsClauses } from './partsClauses.ts';
import { anOrder } from './sample.ts';
import { writeStatusClauses } from './writeStatusClauses.ts';

/**
 * The contract of the CommercePlatform port. `open` gives a subject of its own to each clause, over real HTTP; another
 * platform passes it by a driver of its own. `exclusions` are for an other side that cannot play its part.
 */
export function describeCommercePlatform(name: string, open: OpenPlatform, exclusions: Exclusions = {}): void {
  describeContract(`${name} as a CommercePlatform`, exclusions, (clauses) => {
    clauses.section('getStatus before a sign-in', () =>
      signInClauses({
        clauses,
        open,
        arrange: async ({ platform, side }) => {
          const orderId = await side.place(anOrder());
          return { call: (signal) => platform.getStatus(orderId, signal) };
        },
      }),
    );
    clauses.section('getOrder', () => readOrderClauses(clauses, open, 'getOrder'));
    clauses.section('getStatus', () => readOrderClauses(clauses, open, 'getStatus'));
    clauses.section('writeStatus', () => writeStatusClauses(clauses, open));
    clauses.section('writeStatus and the custom Type', () => customTypeClauses(clauses, open));
    clauses.section('deliveries, returns and the sync mark', () => partsClauses(clauses, open));
  });
}
