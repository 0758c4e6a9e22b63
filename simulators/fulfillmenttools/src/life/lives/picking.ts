import type { Found, LifeStep, RerouteReason } from '../step.ts';
import * as part from './life.ts';

const inPicking: readonly LifeStep[] = [...part.routed(), ...part.pickJob(), ...part.commenced()];
const finished = (found: Found): LifeStep => ({ event: 'PICK_JOB_PICKING_FINISHED', found });
const linePicked: LifeStep = { event: 'PICK_JOB_PICK_LINE_PICKED' };
const aborted: LifeStep = { event: 'PICK_JOB_ABORTED', subStatus: 'PICK_JOB_ABORTED' };
const onward: readonly LifeStep[] = [...part.readied(), ...part.given()];

/** Another facility gives what this one did not. */
const elsewhere = (reason: RerouteReason, of: 'all' | 'missing' = 'all'): LifeStep[] => [
  { event: 'ROUTING_PLAN_REROUTEPLAN_CREATED', part: 'b', after: 'a', reason, of },
  ...[...part.routed('b'), ...part.fulfilled('b')],
];

/** What happens while the goods are picked. */
export const pickingLives = {
  'short-pick': {
    description: 'the last piece is not found and dropped',
    needs: { pieces: 2 },
    steps: [...inPicking, finished('short'), ...onward],
    outcome: part.handedOver('a'),
  },
  'short-pick-split': {
    description: 'the last piece is not found; another facility sends it',
    needs: { pieces: 2 },
    steps: [...inPicking, finished('short'), ...onward, ...elsewhere('SHORTPICK', 'missing')],
    outcome: part.handedOver('a', 'b'),
  },
  'short-pick-reroute': {
    description: 'something is not found; another facility takes over everything',
    steps: [...inPicking, { event: 'PICK_JOB_REROUTED', subStatus: 'SHORT_PICK_REROUTE' }, ...elsewhere('SHORTPICK')],
    outcome: part.handedOver('b'),
  },
  'zero-pick': {
    description: 'nothing is found, and nothing follows',
    steps: [...inPicking, finished('none')],
    outcome: part.ends(null, { pickJobs: ['a'] }),
  },
  'zero-pick-split': {
    description: 'nothing is found; another facility sends everything',
    steps: [...inPicking, finished('none'), ...elsewhere('SHORTPICK', 'missing')],
    outcome: part.handedOverFrom({ pickJobs: ['a', 'b'], handoverJobs: ['b'] }),
  },
  aborted: {
    description: 'the picker gives up, and nothing follows',
    steps: [...inPicking, aborted],
    outcome: part.ends(null),
  },
  'aborted-then-rerouted': {
    description: 'the picker gives up; another facility takes over',
    steps: [...inPicking, aborted, ...elsewhere('ABORTED')],
    outcome: part.handedOver('b'),
  },
  reset: {
    description: 'picking starts from the beginning after the first line',
    steps: [
      ...[...inPicking, linePicked],
      { event: 'PICK_JOB_RESET' },
      ...[...part.commenced(), ...part.picked(), ...onward],
    ],
    outcome: part.handedOver('a'),
  },
  paused: {
    description: 'picking pauses after the first line and goes on',
    steps: [
      ...[...inPicking, linePicked],
      { event: 'PICK_JOB_PICKING_PAUSED' },
      ...[...part.commenced(), ...part.picked(), ...onward],
    ],
    outcome: part.handedOver('a'),
  },
  substituted: {
    description: 'another article goes out instead of the last piece',
    steps: [...inPicking, finished('substitute'), ...onward],
    outcome: part.handedOver('a'),
  },
} as const;
