import type { OrderedLine } from '@pipeline/schemas/types';
import { aReturn, NOON, PROVIDER_ORDER_ID } from './factories.ts';
import { type LifeStep, step } from './lifeStep.ts';
import type { Tape } from './tape.ts';

/** Up to three return jobs of one article, and no more pieces than were ordered. */
export function returnLives([line]: readonly OrderedLine[], tape: Tape): LifeStep[] {
  const wanted = tape.below(4);
  const pieces = Math.min(wanted, line?.quantity ?? 0);
  return Array.from({ length: pieces }, (_, index) => `${index + 1}`).flatMap((name, index, names) => {
    const last = index === names.length - 1;
    return line ? returnLife({ name, line, quantity: last ? line.quantity - index : 1, tape }) : [];
  });
}

interface ReturnLife {
  readonly name: string;
  readonly line: OrderedLine;
  readonly quantity: number;
  readonly tape: Tape;
}

/** A return job: announced, then cancelled, or all, some or none of its pieces are accepted. */
function returnLife({ name, line: { articleId }, quantity, tape }: ReturnLife): LifeStep[] {
  const item = { returnId: `return-${name}`, articleId, quantity, facilityId: null, accepted: 0 };
  const job = aReturn({ id: `return-job-${name}`, items: [item] });
  const steps = [step({ return: job }), step({ return: { ...job, version: 2, status: 'IN_PROGRESS' } })];
  if (tape.chance(4)) return [...steps, step({ return: { ...job, version: 4, status: 'CANCELED' } })];
  const items = [{ ...item, accepted: tape.below(quantity + 1) }];
  const refund = { returnId: item.returnId, returnJobId: null, createdAt: NOON + tape.below(2), status: null };
  return [
    ...steps,
    step({ return: { ...job, version: 4, status: 'FINISHED', items } }),
    step({ refund, processId: null, providerOrderId: tape.chance(2) ? PROVIDER_ORDER_ID : null }),
  ];
}
