import { expect } from 'vitest';
import type { Clauses } from '../clauses.ts';
import { failureOf } from '../failure.ts';
import { refusal } from '../line/faults.ts';
import { patient, permit } from '../setting.ts';
import { writeClauses } from '../writes.ts';
import type { OpenProvider, ProviderSubject } from './driver.ts';
import { placeOrder } from './placeOrder.ts';
import { aRequest, ORDER_ID } from './sample.ts';

interface Action {
  readonly method: 'cancelOrder' | 'unlockOrder';
  /** Of the order that it is for. */
  readonly held: boolean;
  readonly before: string;
  readonly after: string;
}

const cancel: Action = { method: 'cancelOrder', held: false, before: 'OPEN', after: 'CANCELLED' };
const unlock: Action = { method: 'unlockOrder', held: true, before: 'LOCKED', after: 'OPEN' };

export function cancelClauses(clauses: Clauses, open: OpenProvider): void {
  actionClauses(clauses, open, cancel);

  clauses.clause('cancels a held order', async () => {
    await using subject = await open();
    const placed = await placeOrder(subject.provider, aRequest({ held: true }), permit());
    expect(await subject.provider.cancelOrder(placed, permit())).toMatchObject({ status: 'CANCELLED' });
  });

  clauses.clause('an order that is worked on can no longer be cancelled: permanent, nothing is done', async () => {
    await using subject = await open();
    const { provider, side, secrets } = subject;
    const { providerOrderId } = await placeOrder(provider, aRequest(), permit());
    await side.startWork(providerOrderId);
    const { version = 0 } = (await provider.getOrder(providerOrderId, patient)) ?? {};
    const error = await failureOf(() => provider.cancelOrder({ providerOrderId, version }, permit()), secrets);
    expect(error).toMatchObject({ errorClass: 'permanent', stage: 'call' });
    expect(await side.orders()).toMatchObject([{ status: 'OPEN' }]);
  });
}

export function unlockClauses(clauses: Clauses, open: OpenProvider): void {
  actionClauses(clauses, open, unlock);

  clauses.clause('an order that was cancelled cannot be unlocked: permanent', async () => {
    await using subject = await open();
    const { provider, secrets } = subject;
    const placed = await placeOrder(provider, aRequest({ held: true }), permit());
    const cancelled = await provider.cancelOrder(placed, permit());
    const error = await failureOf(() => provider.unlockOrder(cancelled, permit()), secrets);
    expect(error).toMatchObject({ errorClass: 'permanent' });
  });
}

/** What holds for every change of an order that names its version. */
function actionClauses(clauses: Clauses, open: OpenProvider, { method, held, before, after }: Action): void {
  const place = ({ provider }: ProviderSubject) => placeOrder(provider, aRequest({ held }), permit());
  const arrange = async (subject: ProviderSubject) => {
    const placed = await place(subject);
    return {
      call: (leave: ReturnType<typeof permit>) => subject.provider[method](placed, leave),
      effects: async () => (await subject.side.orders()).filter(({ status }) => status === after).length,
    };
  };

  writeClauses({ clauses, open, arrange });

  clauses.clause('shows the order after it', async () => {
    await using subject = await open();
    const { provider, side } = subject;
    const placed = await place(subject);
    const changed = await provider[method](placed, permit());
    const { providerOrderId, tenantOrderId } = placed;
    expect(changed).toMatchObject({ providerOrderId, tenantOrderId, orderId: ORDER_ID, status: after });
    expect(changed.version).toBeGreaterThan(placed.version);
    expect(await provider.getOrder(providerOrderId, patient)).toEqual(changed);
    expect(await side.orders()).toMatchObject([{ status: after }]);
  });

  clauses.clause('an old version is a conflict: one try, nothing is done; the new version then does it', async () => {
    await using subject = await open();
    const { provider, side, line, secrets } = subject;
    const placed = await place(subject);
    await side.touch(placed.providerOrderId);
    line.forget();
    const error = await failureOf(() => provider[method](placed, permit()), secrets);
    expect(error).toMatchObject({ errorClass: 'conflict', httpStatus: 409 });
    expect(line.count('write')).toBe(1);
    expect(await side.orders()).toMatchObject([{ status: before }]);
    const fresh = await provider.getOrder(placed.providerOrderId, patient);
    expect(await provider[method](fresh ?? placed, permit())).toMatchObject({ status: after });
  });

  clauses.clause('a change that comes in between is a conflict', async () => {
    await using subject = await open();
    const { provider, side, line, secrets } = subject;
    const placed = await place(subject);
    line.before('write', () => side.touch(placed.providerOrderId));
    const error = await failureOf(() => provider[method](placed, permit()), secrets);
    expect(error).toMatchObject({ errorClass: 'conflict' });
    expect(await side.orders()).toMatchObject([{ status: before }]);
  });

  clauses.clause('what is done already cannot be done again: permanent', async () => {
    await using subject = await open();
    const { provider, secrets } = subject;
    const done = await provider[method](await place(subject), permit());
    const error = await failureOf(() => provider[method](done, permit()), secrets);
    expect(error).toMatchObject({ errorClass: 'permanent', stage: 'call' });
  });

  clauses.clause('an order that was deleted is gone', async () => {
    await using subject = await open();
    const placed = await place(subject);
    await subject.side.delete(placed.providerOrderId);
    const error = await failureOf(() => subject.provider[method](placed, permit()), subject.secrets);
    expect(error).toMatchObject({ errorClass: 'gone' });
  });

  for (const status of [400, 422]) {
    clauses.clause(`a refusal with ${status} is permanent, in the vendor's words`, async () => {
      await using subject = await open();
      const { call } = await arrange(subject);
      subject.line.fail({ on: 'write', fault: refusal(status, 'Picking has begun.') });
      const error = await failureOf(() => call(permit()), subject.secrets);
      expect(error).toMatchObject({ errorClass: 'permanent', httpStatus: status });
      expect(error.message).toContain('Picking has begun.');
    });
  }
}
