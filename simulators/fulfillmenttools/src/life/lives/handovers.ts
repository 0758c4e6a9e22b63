import type { LifeStep } from '../step.ts';
import * as part from './life.ts';

const inHands: readonly LifeStep[] = [...part.routed(), ...part.picking()];
const ready: readonly LifeStep[] = [...inHands, ...part.readied()];
const gone: readonly LifeStep[] = [...ready, ...part.given()];
const reverted: LifeStep = { event: 'HANDOVERJOB_REVERTED' };
const packed: readonly LifeStep[] = [
  { event: 'PACK_JOB_CREATED' },
  { event: 'PACK_JOB_UPDATED' },
  { event: 'PACK_JOB_CLOSED' },
];
const returned: readonly LifeStep[] = [
  { event: 'ITEM_RETURN_JOB_CREATED' },
  { event: 'ITEM_RETURN_JOB_UPDATED' },
  { event: 'REFUND_TRIGGERED' },
];
const bothParcels: readonly LifeStep[] = [
  ...[...inHands, ...packed],
  { event: 'SHIPMENT_CREATED', parcels: 2 },
  { event: 'HANDOVERJOB_CREATED', nth: 0 },
  { event: 'HANDOVERJOB_CREATED', nth: 1 },
  { event: 'HANDOVERJOB_HANDED_OVER', nth: 1 },
  { event: 'HANDOVERJOB_HANDED_OVER', nth: 0 },
];
const tracked = (nth: number, trackingStatus: 'delivered' | 'not_delivered'): LifeStep => ({
  event: 'PARCEL_TRACK_AND_TRACE_STATUS_UPDATED',
  nth,
  trackingStatus,
});
const canceled = (cancelReason: 'CONSUMER_NO_SHOW' | 'CONSUMER_REJECTS'): LifeStep => ({
  event: 'HANDOVERJOB_CANCELED',
  cancelReason,
});

const { DELIVERY: shipped } = part.handedOver('a');
const { DELIVERY: arrived } = part.ends('Delivered', { pickJobs: ['a'], handoverJobs: ['a'] });
/** The goods were picked, so that the pick job stays; its handover does not. */
const { COLLECT: notCollected } = part.ends('Canceled', { pickJobs: ['a'] });

/** What happens from packing on. */
export const handoverLives = {
  packed: {
    description: 'packed before it is handed over',
    steps: [...inHands, ...packed, ...part.readied(), ...part.given()],
    outcome: part.handedOver('a'),
  },
  'two-parcels': {
    description: 'packed into two parcels, each handed over by its own job',
    needs: { pieces: 2 },
    steps: bothParcels,
    outcome: { DELIVERY: shipped },
  },
  'label-failed': {
    description: 'the carrier refuses the first parcel; another one goes out',
    steps: [
      ...[...inHands, ...part.shipped()],
      { event: 'PARCEL_CARRIER_FAILED' },
      ...[...part.handedIn(), ...part.given()],
    ],
    outcome: { DELIVERY: shipped },
  },
  tracked: {
    description: 'tracked until both parcels are delivered',
    needs: { pieces: 2 },
    steps: [...bothParcels, { event: 'PARCEL_CARRIER_ACKNOWLEDGED' }, tracked(1, 'delivered'), tracked(0, 'delivered')],
    outcome: { DELIVERY: arrived },
  },
  'tracked-half': {
    description: 'one of two parcels is delivered, the other is not',
    needs: { pieces: 2 },
    steps: [...bothParcels, tracked(0, 'delivered'), tracked(1, 'not_delivered')],
    outcome: { DELIVERY: shipped },
  },
  refused: {
    description: 'the customer does not take the last piece',
    needs: { pieces: 2 },
    steps: [...ready, { event: 'HANDOVERJOB_HANDED_OVER', refused: true }],
    outcome: part.handedOver('a'),
  },
  'no-show': {
    description: 'nobody comes for the goods',
    steps: [...ready, canceled('CONSUMER_NO_SHOW')],
    outcome: { COLLECT: notCollected },
  },
  rejected: {
    description: 'the customer comes and takes nothing',
    steps: [...ready, canceled('CONSUMER_REJECTS')],
    outcome: { COLLECT: notCollected },
  },
  'half-no-show': {
    description: 'one of two parts is collected, nobody comes for the other',
    needs: { pieces: 2 },
    steps: [
      ...[...part.split, ...part.picking(), ...part.picking('b'), ...part.readied(), ...part.readied('b')],
      ...[...part.given('b'), canceled('CONSUMER_NO_SHOW')],
    ],
    outcome: { COLLECT: part.ends('Delivered', { pickJobs: ['a', 'b'], handoverJobs: ['b'] }).COLLECT },
  },
  reverted: {
    description: 'the handover is taken back and made again',
    steps: [...gone, reverted, ...part.given()],
    outcome: part.handedOver('a'),
  },
  'reverted-left': {
    description: 'the handover is taken back, and nothing follows',
    steps: [...gone, reverted],
    outcome: part.ends('Ready', { pickJobs: ['a'], handoverJobs: ['a'] }),
  },
  returned: {
    description: 'the customer sends a piece back and gets a refund',
    steps: [...gone, ...returned],
    outcome: part.handedOver('a'),
  },
  anonymized: {
    description: 'as plain; then the process is anonymized',
    steps: [...gone, { event: 'PROCESS_ANONYMIZED' }],
    outcome: part.handedOver('a'),
  },
} as const;
