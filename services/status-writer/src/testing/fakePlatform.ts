import {
  type CommercePlatform,
  groupsOf,
  type StatusChange,
  type StatusFields,
  type StatusGroup,
  type WriteStatus,
} from '@pipeline/fulfillment';
import { afterUpdate, someParts } from '@pipeline/fulfillment/testkit';
import type { OrderParts } from '@pipeline/schemas';
import { PipelineError, usePermit } from '@pipeline/streams';

const noFields: StatusFields = {
  providerOrderId: null,
  pickJobId: null,
  shortId: null,
  facilityId: null,
  loadUnitsAmount: null,
  handoverJobId: null,
  parcels: null,
  jobs: null,
};

export interface FakePlatform extends Pick<CommercePlatform, 'getStatus' | 'writeStatus'> {
  /** undefined: deleted. */
  order:
    | {
        version: number;
        shipmentState: string | null;
        customTypeId: string | null;
        fields: StatusFields;
        parts: OrderParts;
      }
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
  change(over: { shipmentState?: string; parts?: OrderParts }): void;
  apply(write: WriteStatus): void;
}

/** One order of the platform, guarded by its version like the real one. */
export function createFakePlatform(): FakePlatform {
  const shown = () => {
    if (!platform.order) return undefined;
    const { version, shipmentState, customTypeId, parts } = platform.order;
    return { version, shipmentState, customTypeId, gone: false, parts };
  };
  const platform: FakePlatform = {
    order: { version: 3, shipmentState: null, customTypeId: null, fields: noFields, parts: someParts() },
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
        customTypeId: hasFields(change) ? 'type-1' : order.customTypeId,
        parts: toParts(order.parts, change),
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

const hasFields = ({ fields }: StatusChange): boolean => Object.keys(fields).length > 0;

/** @throws PipelineError `permanent`, as a shop refuses it */
function toParts(parts: OrderParts, change: StatusChange): OrderParts {
  try {
    return afterUpdate(parts, change);
  } catch (error) {
    const text = error instanceof Error ? error.message : 'refused';
    throw new PipelineError('permanent', text.split(' ')[0] ?? 'refused', `commercetools answered 400 ${text}`, {
      httpStatus: 400,
      stage: 'call',
    });
  }
}
