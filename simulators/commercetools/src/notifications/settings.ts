import { chance, flag, ms, type SwitchValues } from '../switches.ts';

/** How notifications travel. */
export const deliverySwitches = {
  duplicates: chance(0.2, 'share of notifications that are sent twice'),
  shuffle: flag(true, 'notifications arrive in any order'),
  shuffleMs: ms(400, 400, 'how far a shuffled notification is delayed at most'),
  payloadNotIncluded: chance(0.1, 'share of messages that come without their own fields and type'),
  withoutOrderNumber: chance(0.3, 'share of messages that come without user-provided identifiers'),
  withoutActor: chance(0.1, 'share of messages that come without createdBy and lastModifiedBy'),
  late: chance(0.05, 'share of deliveries that are held back for half of lateMs to all of it'),
  lateMs: ms(5_000, 5_000, 'how far a late delivery is held back at most'),
  reverse: flag(false, 'deliveries are collected for reverseMs, then the last is sent first'),
  reverseMs: ms(100, 100, 'how long reversed deliveries are collected'),
  // Not even in the harsh mode: without a catch-up over the Messages Query API it can never end well.
  lost: chance(0, 'share of notifications that are never sent: only the Messages Query API has them'),
};

export type DeliverySettings = SwitchValues<typeof deliverySwitches>;
