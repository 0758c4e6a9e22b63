import type { LifeStep } from '../step.ts';
import * as part from './life.ts';

const waiting: LifeStep = { event: 'ROUTING_PLAN_WAITING' };
const notRoutable: LifeStep = { event: 'ROUTING_PLAN_NOT_ROUTABLE' };
const plain: readonly LifeStep[] = [...part.routed(), ...part.fulfilled()];

/** How an order finds its facilities. */
export const routingLives = {
  plain: {
    description: 'routed, picked, handed over',
    steps: plain,
    outcome: part.handedOver('a'),
  },
  split: {
    description: 'two facilities (collect: one) pick; the plan keeps half, a new one has the rest and is faster',
    needs: { pieces: 2 },
    steps: [
      ...[...part.split, ...part.pickJob(), ...part.pickJob('b'), ...part.fulfilled('b').slice(1)],
      ...part.fulfilled().slice(1),
    ],
    outcome: part.handedOver('a', 'b'),
  },
  'split-into-two': {
    description: 'as split, but the first plan is obsolete and two new ones have the goods',
    needs: { pieces: 2 },
    steps: [
      { event: 'ROUTING_PLAN_SPLITTED', into: ['b', 'c'] },
      ...[...part.routed('b'), ...part.routed('c'), ...part.fulfilled('b'), ...part.fulfilled('c')],
    ],
    outcome: part.handedOver('b', 'c'),
  },
  'split-half-left': {
    description: 'one of two parts is handed over, the other waits for it',
    needs: { pieces: 2 },
    steps: [...part.split, ...part.fulfilled(), ...part.picking('b'), ...part.readied('b')],
    outcome: part.ends('Partial', { pickJobs: ['a', 'b'], handoverJobs: ['a', 'b'] }),
  },
  'split-half-not-routable': {
    description: 'one part is handed over; no facility has the other',
    needs: { pieces: 2 },
    steps: [...part.split.slice(0, 2), { event: 'ROUTING_PLAN_NOT_ROUTABLE', part: 'b' }, ...part.fulfilled()],
    outcome: part.ends('Partial', { pickJobs: ['a'], handoverJobs: ['a'] }),
  },
  waiting: {
    description: 'waits for goods that never come',
    steps: [waiting],
    outcome: part.ends(null),
  },
  'waiting-then-routed': {
    description: 'waits for goods, then as plain',
    steps: [waiting, ...plain],
    outcome: part.handedOver('a'),
  },
  'not-routable': {
    description: 'no facility has the goods',
    steps: [notRoutable],
    outcome: part.ends(null),
  },
  'not-routable-then-routed': {
    description: 'no facility has the goods at first, then as plain',
    steps: [notRoutable, ...plain],
    outcome: part.handedOver('a'),
  },
  fallback: {
    description: 'goes to the fallback facility, then as plain',
    steps: [{ event: 'ROUTING_PLAN_FALLBACK' }, ...plain],
    outcome: part.handedOver('a'),
  },
  rerouted: {
    description: 'the open pick job goes to another facility by hand',
    steps: [
      ...[...part.routed(), ...part.pickJob()],
      { event: 'PICK_JOB_REROUTED', subStatus: 'MANUAL_REROUTE' },
      { event: 'ROUTING_PLAN_REROUTEPLAN_CREATED', part: 'b', after: 'a', reason: 'MANUAL' },
      ...[...part.routed('b'), ...part.fulfilled('b')],
    ],
    outcome: part.handedOver('b'),
  },
  modified: {
    description: 'the last piece is taken off the order, which causes a reroute',
    needs: { pieces: 2 },
    steps: [
      ...[...part.routed(), ...part.pickJob()],
      { event: 'ORDER_MODIFIED' },
      { event: 'PICK_JOB_REROUTED', subStatus: 'ORDER_MODIFIED' },
      { event: 'ROUTING_PLAN_REROUTEPLAN_CREATED', part: 'b', after: 'a', reason: 'ORDERMODIFIED' },
      ...[...part.routed('b'), ...part.fulfilled('b')],
    ],
    outcome: part.handedOver('b'),
  },
} as const;
