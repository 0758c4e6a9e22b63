import { customFieldText } from '@pipeline/fulfillment';
import type { Address } from '@pipeline/schemas/types';
import type { MappingContext } from './mappingContext.ts';
import type { MappingRequest } from './mappingRequest.ts';
import type { TakeNote } from './notes.ts';
import type { Consumer, ConsumerAddress } from './orderForCreation.ts';
import { omitMissing, toFilled, toLine } from './text.ts';
import {
  findMissingPart,
  findPlaceholder,
  incompleteAddress,
  toConsumerAddress,
  toEmail,
} from './toConsumerAddress.ts';

/** All of a request that a consumer is made of. */
export type ConsumerSource = Pick<
  MappingRequest,
  'shippingAddress' | 'billingAddress' | 'customerId' | 'customerEmail'
> & { readonly delivery: Pick<MappingRequest['delivery'], 'kind'> };

/** @throws PipelineError `permanent`, `mapping-address-incomplete`, for an order to be shipped: not of its billing address. */
export function toConsumer(request: ConsumerSource, context: ConsumerContext): Consumer {
  const addresses = toAddresses(request, context);
  noteOddEmails(request, context.note);
  return omitMissing({
    consumerId: toLine(request.customerId),
    email: addresses.length === 0 ? toEmail(request.customerEmail) : undefined,
    addresses: toFilled(addresses),
  });
}

type ConsumerContext = Pick<MappingContext, 'config' | 'note'>;

/** Only goods on their way need an address, and no more than one: others that are incomplete are left out. */
function toAddresses(
  { delivery, shippingAddress, billingAddress, customerEmail }: ConsumerSource,
  { config, note }: ConsumerContext,
): ConsumerAddress[] {
  const { postalCodePlaceholders: placeholders } = config;
  const shipping = delivery.kind === 'shipping';
  if (shipping && shippingAddress === null) throw incompleteAddress('shippingAddress');
  const locker = shippingAddress && findLocker(shippingAddress, config.parcelLockerField);
  const candidates = [
    {
      address: shippingAddress,
      name: 'shippingAddress',
      addressType: locker ? ('PARCEL_LOCKER' as const) : ('POSTAL_ADDRESS' as const),
      locker: locker?.customer,
    },
    { address: billingAddress, name: 'billingAddress', addressType: 'INVOICE_ADDRESS' as const, locker: undefined },
  ];
  return candidates.flatMap(({ address, name, addressType, locker }) => {
    if (address === null) return [];
    const missing = shipping && name === 'shippingAddress' ? undefined : findMissingPart(address, placeholders);
    if (missing !== undefined) {
      const text = `${name} lacks its ${missing}: left out, as ${shipping ? 'nothing is sent there' : 'the goods are collected'}.`;
      note({ kind: 'warning', code: 'address-incomplete', field: 'consumer.addresses', text });
      return [];
    }
    if (findPlaceholder(address, placeholders) !== undefined)
      note({
        kind: 'reason',
        field: 'consumer.addresses',
        text: `${name} has no postal code: that of postalCodePlaceholders for its country.`,
      });
    return [toConsumerAddress(address, { name, addressType, fallbackEmail: customerEmail, locker, placeholders })];
  });
}

/** What was entered, not what is sent in the place of it. */
function noteOddEmails({ shippingAddress, billingAddress, customerEmail }: ConsumerSource, note: TakeNote): void {
  const emails = {
    customerEmail,
    'shippingAddress.email': shippingAddress?.email,
    'billingAddress.email': billingAddress?.email,
  };
  for (const [name, email] of Object.entries(emails))
    if (toLine(email) !== undefined && toEmail(email) === undefined)
      note({
        kind: 'warning',
        code: 'email-invalid',
        field: 'consumer',
        text: `${name} is no e-mail address: left out.`,
      });
}

/** The field marks the address by any text but `false`; `true` is no customer's number. */
function findLocker({ customFields }: Address, field: string | null): { readonly customer?: string } | undefined {
  const text = field === null ? undefined : customFieldText(customFields, field);
  if (text === undefined || text === 'false') return undefined;
  return text === 'true' ? {} : { customer: text };
}
