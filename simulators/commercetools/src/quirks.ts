import { chance, flag, ms, status, type SwitchValues } from './switches.ts';

/** What is not known of commercetools, or differs from project to project: the pipeline must work either way. */
export const quirkSwitches = {
  sameValueBump: chance(0.5, 'share of updates without any change that raise the version all the same'),
  foreignWrites: chance(0.05, 'share of updates that somebody else overtakes: 409'),
  sharedClient: chance(0.5, 'share of those changes that carry the API client of the update that they overtake'),
  refuseUnknownMembers: flag(true, 'update actions with unknown members are refused with 400'),
  messageLagMs: ms(0, 2_000, 'a message can be queried up to that long after it was created only'),
  queryLagMs: ms(0, 1_000, 'queries, not reads by id, find an order up to that long after its last change only'),
  unsortedQueries: flag(true, 'queries without sort answer in an order of their own'),
  subscriptionDelayMs: ms(0, 0, 'a new subscription gets nothing for that long'),
  erasureKeepsMessages: flag(true, 'the messages of an order outlive its delete with dataErasure'),
  // The specification names the codes only.
  extensionBadResponseStatus: status(400, 'HTTP status of ExtensionBadResponse'),
  extensionNoResponseStatus: status(504, 'HTTP status of ExtensionNoResponse'),
};

export type Quirks = SwitchValues<typeof quirkSwitches>;
