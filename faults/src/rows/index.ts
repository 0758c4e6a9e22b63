import type { Row } from '../row.ts';
import * as badMessages from './badMessages.ts';
import * as brokerAway from './brokerAway.ts';
import * as cancels from './cancels.ts';
import * as facilities from './facilities.ts';
import * as handOver from './handOver.ts';
import * as landingBodies from './landingBodies.ts';
import * as landingBroker from './landingBroker.ts';
import * as landingProofs from './landingProofs.ts';
import * as landingQueues from './landingQueues.ts';
import * as landingRepeats from './landingRepeats.ts';
import * as landingTopic from './landingTopic.ts';
import * as ownership from './ownership.ts';
import { proven } from './proven.ts';
import * as registryAway from './registryAway.ts';
import * as replay from './replay.ts';
import * as routerKilled from './routerKilled.ts';
import * as sharedRate from './sharedRate.ts';
import * as shutdown from './shutdown.ts';
import * as size from './size.ts';
import * as statusConflicts from './statusConflicts.ts';
import * as statusFrozen from './statusFrozen.ts';
import * as statusKilled from './statusKilled.ts';
import * as statusNotifications from './statusNotifications.ts';
import * as statusReplay from './statusReplay.ts';
import * as statusShopAway from './statusShopAway.ts';
import * as statusSplit from './statusSplit.ts';
import * as statusTypes from './statusTypes.ts';
import * as transactions from './transactions.ts';
import * as unknownOutcome from './unknownOutcome.ts';
import * as vendorAway from './vendorAway.ts';
import * as vendorRefuses from './vendorRefuses.ts';

/** Files of rows: every row that such a file exports is run. */
const files: readonly Readonly<Record<string, Row>>[] = [
  badMessages,
  brokerAway,
  cancels,
  facilities,
  handOver,
  landingBodies,
  landingBroker,
  landingProofs,
  landingQueues,
  landingRepeats,
  landingTopic,
  ownership,
  registryAway,
  replay,
  routerKilled,
  sharedRate,
  shutdown,
  size,
  statusConflicts,
  statusFrozen,
  statusKilled,
  statusNotifications,
  statusReplay,
  statusShopAway,
  statusSplit,
  statusTypes,
  transactions,
  unknownOutcome,
  vendorAway,
  vendorRefuses,
];

/** Every row that is defined, in the order of the matrix. */
export const rows: readonly Row[] = [...proven, ...files.flatMap((file) => Object.values(file))].sort(
  (a, b) => a.row - b.row,
);
