import type { LifeStep } from '../step.ts';
import * as part from './life.ts';

const plans: readonly LifeStep[] = [...part.routed('supplier'), ...part.routed()];
const sent: readonly LifeStep[] = part.fulfilled('supplier');
const needs = { facilities: 2 } as const;

/** Goods that another facility sends to where they are collected. That leg is none of the customer's business. */
export const interfacilityLives = {
  interfacility: {
    description: 'the pick job of the collecting facility waits for the goods of another one',
    needs,
    steps: [
      ...[...plans, ...part.pickJob(), ...sent],
      { event: 'PICK_JOB_OPENED' },
      ...[...part.commenced(), ...part.picked(), ...part.handedIn(), ...part.given()],
    ],
    outcome: { COLLECT: part.handedOver('a').COLLECT },
  },
  'interfacility-handover': {
    description: 'the handover job of the collecting facility waits for the goods of another one; none picks there',
    needs,
    steps: [...plans, ...part.handedIn(), ...sent, ...part.given()],
    outcome: { COLLECT: part.handedOverFrom({ handoverJobs: ['a'] }).COLLECT },
  },
  'interfacility-under-way': {
    description: 'the goods have left the other facility and not arrived',
    needs,
    steps: [...plans, ...part.handedIn(), ...sent],
    outcome: { COLLECT: part.ends(null, { handoverJobs: ['a'] }).COLLECT },
  },
} as const;
