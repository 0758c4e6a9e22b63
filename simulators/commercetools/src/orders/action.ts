import type { CustomType, Fields, KeyedResource, Order, WorkflowState } from '../model.ts';

/** What an action may ask beside the order: time, ids and the project's other resources come in, nothing is written. */
export interface ActionContext {
  /** ISO timestamp of the request. */
  readonly now: string;
  readonly newId: () => string;
  readonly type: (identifier: ResourceIdentifier) => CustomType | undefined;
  readonly channel: (identifier: ResourceIdentifier) => KeyedResource | undefined;
  readonly state: (identifier: ResourceIdentifier) => WorkflowState | undefined;
  readonly orderNumberTaken: (orderNumber: string) => boolean;
}

export interface ResourceIdentifier {
  readonly id?: string;
  readonly key?: string;
}

/** A message without its envelope: `type` and the fields of that type. */
export type MessagePayload = Fields & { readonly type: string };

export interface UpdateAction {
  /** The members of the action beside `action`. */
  readonly members: readonly string[];
  /** The order after the action; the same object when nothing changes. Throws ApiError (400) when it is refused. */
  readonly apply: (order: Order, action: Fields, context: ActionContext) => Order;
  /** What commercetools tells about an effective change. Absent: there is no message type for it. */
  readonly messages?: (before: Order, after: Order, cause: Cause) => readonly MessagePayload[];
}

/** The action that took the order from before to after, and the ISO timestamp of the request. */
export interface Cause {
  readonly action: Fields;
  readonly now: string;
}
