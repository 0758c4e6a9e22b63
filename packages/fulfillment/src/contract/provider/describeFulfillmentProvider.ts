import { type Clauses, describeContract, type Exclusions } from '../clauses.ts';
import { signInClauses } from '../signIns.ts';
import { cancelClauses, unlockClauses } from './actionClauses.ts';
import { amendClauses, compareClauses } from './amendClauses.ts';
import type { OpenProvider } from './driver.ts';
import { findClauses } from './findClauses.ts';
import { getClauses } from './getClauses.ts';
import { placeClauses } from './placeClauses.ts';
import { prepareClauses } from './prepareClauses.ts';
import { anonymizeClauses, getProcessClauses } from './processClauses.ts';
import { placeOrder } from './placeOrder.ts';
import { aRequest } from './sample.ts';
import { permit } from '../setting.ts';

/**
 * The contract of the FulfillmentProvider port. `open` gives a subject of its own to each clause, over real HTTP;
 * another vendor passes it by a driver of its own. `exclusions` are for an other side that cannot play its part.
 */
export function describeFulfillmentProvider(name: string, open: OpenProvider, exclusions: Exclusions = {}): void {
  describeContract(`${name} as a FulfillmentProvider`, exclusions, (clauses: Clauses) => {
    clauses.section('prepare', () => prepareClauses(clauses, open));
    clauses.section('placeOrder', () => placeClauses(clauses, open));
    clauses.section('placeOrder before a sign-in', () =>
      signInClauses({
        clauses,
        open,
        arrange: async ({ provider }) => {
          let count = 0;
          return {
            call: (signal) => placeOrder(provider, aRequest({ tenantOrderId: `WEB-${(count += 1)}` }), permit(signal)),
          };
        },
      }),
    );
    clauses.section('findOrders', () => findClauses(clauses, open));
    clauses.section('getOrder', () => getClauses(clauses, open));
    clauses.section('cancelOrder', () => cancelClauses(clauses, open));
    clauses.section('unlockOrder', () => unlockClauses(clauses, open));
    clauses.section('compareOrder', () => compareClauses(clauses, open));
    clauses.section('amendOrder', () => amendClauses(clauses, open));
    clauses.section('getProcess', () => getProcessClauses(clauses, open));
    clauses.section('anonymizeProcess', () => anonymizeClauses(clauses, open));
  });
}
