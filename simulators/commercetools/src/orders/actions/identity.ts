import { isDeepStrictEqual } from 'node:util';
import { duplicateField, invalidOperation } from '../../errors.ts';
import { asFields, compact, optionalFields, optionalText, text } from '../../input.ts';
import type { Fields, Order } from '../../model.ts';
import type { ActionContext, MessagePayload, UpdateAction } from '../action.ts';

/** There is no message for it. Once set, a number stays. */
function setOrderNumber(order: Order, action: Fields, context: ActionContext): Order {
  const orderNumber = optionalText(action, 'orderNumber');
  if (orderNumber === order.orderNumber) return order;
  if (order.orderNumber !== undefined) throw invalidOperation('The orderNumber cannot be changed once it is set.');
  if (orderNumber === undefined) return order;
  if (context.orderNumberTaken(orderNumber)) throw duplicateField('orderNumber', orderNumber);
  return { ...order, orderNumber };
}

interface Setting {
  readonly member: string;
  /** Of the action; (default: `member`) */
  readonly from?: string;
  readonly parse: (action: Fields, name: string) => unknown;
  /** The message and how it calls the new and the old value; absent: there is none. */
  readonly message?: readonly [type: string, current: string, old: string];
}

/** An action that sets one member of the order, or takes it away. */
function setter({ member, from = member, parse, message }: Setting): UpdateAction {
  return {
    members: [from],
    apply(order, action) {
      const value = parse(action, from);
      if (isDeepStrictEqual(order[member], value)) return order;
      const { [member]: _, ...rest } = order;
      return (value === undefined ? rest : { ...rest, [member]: value }) as Order;
    },
    ...(message && {
      messages: (before, after) => {
        const [type, current, old] = message;
        return [compact({ type, [current]: after[member], [old]: before[member] }) as MessagePayload];
      },
    }),
  };
}

function parseAddress(action: Fields, name: string): Fields | undefined {
  const address = optionalFields(action, name);
  if (address) text(address, 'country', `${name} -> country`);
  return address;
}

/** Stores are referred to by key. */
function parseStore(action: Fields, name: string): Fields | undefined {
  if (action[name] === undefined || action[name] === null) return undefined;
  return { typeId: 'store', key: text(asFields(action[name], name), 'key', `${name} -> key`) };
}

const plain = (action: Fields, name: string): string | undefined => optionalText(action, name);
const address = (member: string, type: string) =>
  setter({ member, from: 'address', parse: parseAddress, message: [type, 'address', 'oldAddress'] });

const customerId = setter({ member: 'customerId', parse: plain });

/** The message has a reference to the customer, the order its id only. */
function customerMessage(before: Order, after: Order): readonly MessagePayload[] {
  const reference = (id: unknown) => (id === undefined ? undefined : { typeId: 'customer', id });
  const [customer, oldCustomer] = [reference(after['customerId']), reference(before['customerId'])];
  return [compact({ type: 'OrderCustomerSet', customer, oldCustomer }) as MessagePayload];
}

export const identityActions: Record<string, UpdateAction> = {
  setOrderNumber: { members: ['orderNumber'], apply: setOrderNumber },
  setShippingAddress: address('shippingAddress', 'OrderShippingAddressSet'),
  setBillingAddress: address('billingAddress', 'OrderBillingAddressSet'),
  setCustomerEmail: setter({
    member: 'customerEmail',
    from: 'email',
    parse: plain,
    message: ['OrderCustomerEmailSet', 'email', 'oldEmail'],
  }),
  setCustomerId: { ...customerId, messages: customerMessage },
  setPurchaseOrderNumber: setter({
    member: 'purchaseOrderNumber',
    parse: plain,
    message: ['OrderPurchaseOrderNumberSet', 'purchaseOrderNumber', 'oldPurchaseOrderNumber'],
  }),
  setLocale: setter({ member: 'locale', parse: plain }),
  setStore: setter({ member: 'store', parse: parseStore, message: ['OrderStoreSet', 'store', 'oldStore'] }),
};
