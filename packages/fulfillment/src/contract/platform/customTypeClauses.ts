import { expect } from 'vitest';
import type { Clauses } from '../clauses.ts';
import { failureOf } from '../failure.ts';
import { uncertain } from '../line/faults.ts';
import { permit } from '../setting.ts';
import type { OpenPlatform } from './driver.ts';
import { anOrder, noFields, someFields } from './sample.ts';
import { current, write } from './writeStatusClauses.ts';

/** An order has one custom Type: ours is set where there is none, one of the shop's is never replaced. */
export function customTypeClauses(clauses: Clauses, open: OpenPlatform): void {
  clauses.clause('an order without a Type gets ours, with all fields, in the one update', async () => {
    await using subject = await open();
    const { side, line } = subject;
    const orderId = await side.place(anOrder());
    const status = await current(subject, orderId);
    line.forget();
    const change = { shipmentState: 'Ready', fields: someFields } as const;
    const written = await subject.platform.writeStatus({ orderId, change, platform: status }, permit());
    expect(line.requests.map(({ kind }) => kind)).toEqual(['write']);
    expect(await side.read(orderId)).toMatchObject({ type: 'ours', fields: someFields, shipmentState: 'Ready' });
    expect(written.customTypeId).toEqual((await current(subject, orderId)).customTypeId);
  });

  clauses.clause('a change without fields gives an order no Type', async () => {
    await using subject = await open();
    const orderId = await subject.side.place(anOrder());
    const written = await write(subject, orderId, { shipmentState: 'Ready', fields: { pickJobId: null } });
    expect(written).toMatchObject({ customTypeId: null, shipmentState: 'Ready' });
    expect(await subject.side.read(orderId)).toMatchObject({ type: 'none' });
  });

  clauses.clause(
    'a Type of the shop that has none of our fields stays as it is, and the state is written',
    async () => {
      await using subject = await open();
      const { side } = subject;
      const orderId = await side.place(anOrder({ type: 'foreign' }));
      await write(subject, orderId, { shipmentState: 'Ready', fields: someFields });
      expect(await side.read(orderId)).toMatchObject({
        type: 'foreign',
        note: 'gift wrap',
        shipmentState: 'Ready',
        fields: noFields,
      });
    },
  );

  clauses.clause('fields alone that a Type of the shop does not have are no update', async () => {
    await using subject = await open();
    const { side, line } = subject;
    const orderId = await side.place(anOrder({ type: 'foreign' }));
    const before = await side.read(orderId);
    line.forget();
    await write(subject, orderId, { shipmentState: null, fields: someFields });
    expect([line.count('write'), await side.read(orderId)]).toEqual([0, before]);
  });

  clauses.clause('a Type of the shop that has some of our fields gets these, and keeps its own', async () => {
    await using subject = await open();
    const { side } = subject;
    const orderId = await side.place(anOrder({ type: 'shared', fields: { shortId: 'S0' } }));
    await write(subject, orderId, { shipmentState: 'Ready', fields: { ...someFields, shortId: null } });
    expect(await side.read(orderId)).toMatchObject({
      type: 'shared',
      note: 'gift wrap',
      shipmentState: 'Ready',
      fields: { ...noFields, pickJobId: 'pick-1', shortId: 'S0' },
    });
  });

  clauses.clause('a writer that comes while the Type is looked up is a conflict', async () => {
    await using subject = await open();
    const { side, line, secrets } = subject;
    const orderId = await side.place(anOrder({ type: 'shared' }));
    const status = await current(subject, orderId);
    line.before('write', () => side.touch(orderId));
    const change = { shipmentState: 'Ready', fields: someFields } as const;
    const attempt = () => subject.platform.writeStatus({ orderId, change, platform: status }, permit());
    expect(await failureOf(attempt, secrets)).toMatchObject({ errorClass: 'conflict' });
    expect(await side.read(orderId)).toMatchObject({ shipmentState: null, fields: noFields });
  });

  clauses.clause('a Type of the shop that cannot be read is a failed read, never an empty Type', async () => {
    for (const [title, fault] of Object.entries(uncertain)) {
      await using subject = await open();
      const { side, line, secrets } = subject;
      const orderId = await side.place(anOrder({ type: 'shared' }));
      const status = await current(subject, orderId);
      line.forget();
      line.fail({ on: 'read', fault });
      const change = { shipmentState: 'Ready', fields: someFields } as const;
      const attempt = () => subject.platform.writeStatus({ orderId, change, platform: status }, permit());
      const error = await failureOf(attempt, secrets);
      expect(error, title).toMatchObject({ errorClass: 'transient' });
      expect(line.count('write')).toBe(0);
    }
  });
}
