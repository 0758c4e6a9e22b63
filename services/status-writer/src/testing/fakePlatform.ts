import {
  type CommercePlatform,
  groupsOf,
  type StatusFields,
  type StatusGroup,
  type WriteStatus,
} from '@pipeline/fulfillment';
import { PipelineError, usePermit } from '@pipeline/streams';

const noFields: StatusFields = {
  providerOrderId: null,
  pickJobId: null,
  shortId: null,
  facilityId: null,
  loadUnitsAmount: null,
  handoverJobId: null,
};

export interface FakePlatform extends Pick<CommercePlatform, 'getStatus' | 'writeStatus'> {
  /** undefined: deleted. */
  order:
    | { version: number; shipmentState: string | null; customTypeId: string | null; fields: StatusFields }
    | undefined;
  readonly writes: WriteStatus[];
  reads: number;
  /** What happens to the coming writes; undefined: they succeed. Called before the write takes effect. */
  readonly mishaps: ((() => void) | undefined)[];
  /** Of the coming reads; then they succeed. */
  readonly failures: PipelineError[];
  /** Updates that hold anything of these are refused for good. */
  readonly refuses: Set<StatusGroup>;
  /** Somebody else changes the order. */
  change(over: { shipmentState?: string }): void;
  apply(write: WriteStatus): void;
}

/** One order of the platform, guarded by its version like the real one. */
export function createFakePlatform(): FakePlatform {
  const shown = () => {
    if (!platform.order) return undefined;
    const { version, shipmentState, customTypeId } = platform.order;
    return { version, shipmentState, customTypeId, gone: false };
  };
  const platform: FakePlatform = {
    order: { version: 3, shipmentState: null, customTypeId: null, fields: noFields },
    writes: [],
    reads: 0,
    mishaps: [],
    failures: [],
    refuses: new Set(),
    change(over) {
      if (platform.order) platform.order = { ...platform.order, ...over, version: platform.order.version + 1 };
    },
    apply({ change }) {
      const { order } = platform;
      if (!order) return;
      platform.order = {
        version: order.version + 1,
        shipmentState: change.shipmentState ?? order.shipmentState,
        customTypeId: 'type-1',
        fields: { ...order.fields, ...change.fields },
      };
    },
    async getStatus() {
      platform.reads++;
      await Promise.resolve();
      const failure = platform.failures.shift();
      if (failure) throw failure;
      const status = shown();
      return status && platform.order && { ...status, fields: platform.order.fields };
    },
    async writeStatus(write, permit) {
      usePermit(permit);
      await Promise.resolve();
      platform.mishaps.shift()?.();
      if (!platform.order) throw new PipelineError('gone', 'order-gone', 'deleted');
      if (write.platform.version !== platform.order.version)
        throw new PipelineError('conflict', 'version-conflict', 'old version');
      const refused = groupsOf(write.change).find((group) => platform.refuses.has(group));
      if (refused) {
        const text = `commercetools answered 400 InvalidField: no ${refused} today`;
        throw new PipelineError('permanent', 'InvalidField', text, { httpStatus: 400, stage: 'call' });
      }
      platform.apply(write);
      platform.writes.push(write);
      const status = shown();
      if (!status) throw new Error('no order');
      return status;
    },
  };
  return platform;
}
