import { expect } from 'vitest';
import type { StatusChange } from '../../ports.ts';
import type { Clauses } from '../clauses.ts';
import { failureOf } from '../failure.ts';
import { refusal, uncertain } from '../line/faults.ts';
import { patient, permit } from '../setting.ts';
import { writeClauses } from '../writes.ts';
import type { OpenPlatform, PlatformSubject } from './driver.ts';
import { anOrder, personal, someFields } from './sample.ts';

const change: StatusChange = { shipmentState: 'Ready', fields: { pickJobId: 'pick-1', loadUnitsAmount: 3 } };

export function writeStatusClauses(clauses: Clauses, open: OpenPlatform): void {
  writeClauses({ clauses, open, arrange: arrangeWrite });
  updateClauses(clauses, open);
  conflictClauses(clauses, open);
  refusalClauses(clauses, open);
}

function updateClauses(clauses: Clauses, open: OpenPlatform): void {
  clauses.clause('is one update with all that changes, and shows the status after it', async () => {
    await using subject = await open();
    const { line, side } = subject;
    const { orderId, platform, call } = await arrangeWrite(subject);
    line.forget();
    const written = await call(permit());
    expect(line.requests.map(({ kind }) => kind)).toEqual(['write']);
    const stored = await side.read(orderId);
    expect(stored).toMatchObject({ shipmentState: 'Ready', type: 'ours', fields: change.fields });
    expect(await platform.getStatus(orderId, patient)).toMatchObject(written);
    expect(written).toMatchObject({ version: stored.version, shipmentState: 'Ready', gone: false });
  });

  clauses.clause('its answer is enough to write again, without a read', async () => {
    await using subject = await open();
    const { line, side } = subject;
    const { orderId, platform, call } = await arrangeWrite(subject);
    const first = await call(permit());
    line.forget();
    const next: StatusChange = { shipmentState: 'Shipped', fields: { handoverJobId: 'handover-1' } };
    await platform.writeStatus({ orderId, change: next, platform: first }, permit());
    expect(line.requests.map(({ kind }) => kind)).toEqual(['write']);
    expect(await side.read(orderId)).toMatchObject({
      shipmentState: 'Shipped',
      fields: { ...change.fields, handoverJobId: 'handover-1' },
    });
  });

  clauses.clause('writes the state alone, and leaves the fields as they are', async () => {
    await using subject = await open();
    const { side, platform } = subject;
    const orderId = await side.place(anOrder({ type: 'ours', fields: someFields }));
    await write(subject, orderId, { shipmentState: 'Partial', fields: {} });
    expect(await side.read(orderId)).toMatchObject({ shipmentState: 'Partial', fields: someFields });
    expect(await platform.getStatus(orderId, patient)).toMatchObject({ fields: someFields });
  });

  clauses.clause('writes fields alone, and leaves the state and other fields as they are', async () => {
    await using subject = await open();
    const { side } = subject;
    const orderId = await side.place(anOrder({ type: 'ours', fields: someFields, shipmentState: 'Delayed' }));
    const written = await write(subject, orderId, { shipmentState: null, fields: { shortId: 'S2' } });
    expect(written).toMatchObject({ shipmentState: 'Delayed' });
    expect(await side.read(orderId)).toMatchObject({
      shipmentState: 'Delayed',
      fields: { ...someFields, shortId: 'S2' },
    });
  });

  clauses.clause('never empties a field: null is nothing to write', async () => {
    await using subject = await open();
    const { side } = subject;
    const orderId = await side.place(anOrder({ type: 'ours', fields: someFields }));
    await write(subject, orderId, { shipmentState: 'Ready', fields: { shortId: null, pickJobId: 'pick-2' } });
    expect((await side.read(orderId)).fields).toEqual({ ...someFields, pickJobId: 'pick-2' });
  });

  clauses.clause('without a change there is no update', async () => {
    await using subject = await open();
    const { side, line, platform } = subject;
    const orderId = await side.place(anOrder({ type: 'ours', shipmentState: 'Ready' }));
    const status = await current(subject, orderId);
    line.forget();
    const nothing: StatusChange = { shipmentState: 'Ready', fields: { pickJobId: null } };
    expect(await platform.writeStatus({ orderId, change: nothing, platform: status }, permit())).toMatchObject({
      version: status.version,
    });
    expect(line.count('write')).toBe(0);
  });
}

function conflictClauses(clauses: Clauses, open: OpenPlatform): void {
  clauses.clause('an old version is a conflict: one try, the other writer wins', async () => {
    await using subject = await open();
    const { line, side, secrets } = subject;
    const { orderId, call } = await arrangeWrite(subject);
    await side.setShipmentState(orderId, 'Backorder');
    const before = await side.read(orderId);
    line.forget();
    const error = await failureOf(() => call(permit()), [...secrets, ...personal]);
    expect(error).toMatchObject({ errorClass: 'conflict', httpStatus: 409 });
    expect([line.count('write'), await side.read(orderId)]).toEqual([1, before]);
  });

  clauses.clause('a writer that comes in between is a conflict, and after a read the change is written', async () => {
    await using subject = await open();
    const { line, side, secrets } = subject;
    const { orderId, call } = await arrangeWrite(subject);
    line.before('write', () => side.touch(orderId));
    expect(await failureOf(() => call(permit()), secrets)).toMatchObject({ errorClass: 'conflict' });
    await write(subject, orderId, change);
    expect(await side.read(orderId)).toMatchObject({ shipmentState: 'Ready', fields: change.fields });
  });

  clauses.clause('of two writers with one version one wins', async () => {
    await using subject = await open();
    const { line, secrets } = subject;
    const { call } = await arrangeWrite(subject);
    line.forget();
    const outcomes = await Promise.all(
      [1, 2, 3].map(() =>
        call(permit()).then(
          () => 'written',
          (error: Error) => failureOf(() => Promise.reject(error), secrets),
        ),
      ),
    );
    expect(outcomes.filter((each) => each === 'written')).toHaveLength(1);
    for (const each of outcomes) if (each !== 'written') expect(each).toMatchObject({ errorClass: 'conflict' });
    expect(line.count('write')).toBe(3);
  });

  clauses.clause('after an unknown outcome a read tells what happened', async () => {
    for (const fault of Object.values(uncertain)) {
      await using subject = await open();
      const { orderId, platform, call } = await arrangeWrite(subject);
      subject.line.fail({ on: 'write', fault });
      await failureOf(() => call(permit()), subject.secrets);
      const status = await platform.getStatus(orderId, patient);
      expect(status?.shipmentState).toBe(fault.effect ? 'Ready' : null);
    }
  });
}

function refusalClauses(clauses: Clauses, open: OpenPlatform): void {
  clauses.clause('an order that was deleted is gone', async () => {
    await using subject = await open();
    const { orderId, call } = await arrangeWrite(subject);
    await subject.side.delete(orderId);
    expect(await failureOf(() => call(permit()), [...subject.secrets, ...personal])).toMatchObject({
      errorClass: 'gone',
    });
  });

  clauses.clause('a refusal is permanent, in the platform’s words, and nothing of it is written', async () => {
    await using subject = await open();
    const { line, side, secrets } = subject;
    const { orderId, call } = await arrangeWrite(subject);
    const before = await side.read(orderId);
    line.forget();
    line.fail({ on: 'write', fault: refusal(400, "The value 'Ready' is not valid for field 'shipmentState'.") });
    const error = await failureOf(() => call(permit()), [...secrets, ...personal]);
    expect(error).toMatchObject({ errorClass: 'permanent', httpStatus: 400, stage: 'call' });
    expect(error.message).toContain("The value 'Ready' is not valid for field 'shipmentState'");
    expect([line.count('write'), await side.read(orderId)]).toEqual([1, before]);
  });

  clauses.clause('all of it or nothing: a state that is refused takes the fields with it', async () => {
    await using subject = await open();
    const { side, platform, secrets } = subject;
    const { orderId } = await arrangeWrite(subject);
    const before = await side.read(orderId);
    const odd = { shipmentState: 'Lost' as 'Ready', fields: { pickJobId: 'pick-1' } };
    const status = await current(subject, orderId);
    const error = await failureOf(
      () => platform.writeStatus({ orderId, change: odd, platform: status }, permit()),
      secrets,
    );
    expect(error).toMatchObject({ errorClass: 'permanent' });
    expect(error.message).toContain('Lost');
    expect(await side.read(orderId)).toEqual(before);
  });
}

/** What an update needs to know, read now. */
export async function current({ platform }: PlatformSubject, orderId: string) {
  const status = await platform.getStatus(orderId, patient);
  if (status === undefined) throw new Error(`The driver's order ${orderId} cannot be read.`);
  const { fields: _, ...known } = status;
  return known;
}

/** Reads, then writes. */
export async function write(subject: PlatformSubject, orderId: string, next: StatusChange) {
  const platform = await current(subject, orderId);
  return subject.platform.writeStatus({ orderId, change: next, platform }, permit());
}

async function arrangeWrite(subject: PlatformSubject) {
  const { platform, side } = subject;
  const orderId = await side.place(anOrder({ type: 'ours' }));
  const status = await current(subject, orderId);
  return {
    orderId,
    platform,
    call: (leave: ReturnType<typeof permit>) => platform.writeStatus({ orderId, change, platform: status }, leave),
    effects: async () => ((await side.read(orderId)).shipmentState === 'Ready' ? 1 : 0),
  };
}
