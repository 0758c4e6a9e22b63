/** One delivery of a subscription, as bytes of HTTP/1.1 that are ready to be sent but for its number. */
export interface DeliveryTemplate {
  /** The whole request, a copy of its own. */
  toRequest(number: number): Buffer;
  /** Bytes of the body. */
  readonly bodyBytes: number;
}

export interface DeliveryTarget {
  readonly url: string;
  /** Goes as a bearer token. */
  readonly secret: string;
  /** Of the body, as near as whole order lines come to it. */
  readonly bodyBytes: number;
  /** Which of the loads it is, 0 to 15: numbers count anew in each. */
  readonly load: number;
}

const DIGITS = 12;
const PLACE = '#'.repeat(DIGITS);

/** The order's id, which becomes the key of the record. */
const toOrderId = (load: number, digits: string): string => `0000000${load.toString(16)}-0000-4000-8000-${digits}`;

/** Which delivery the key of a record is from; undefined: none of ours. */
export function fromOrderId(key: string): { readonly load: number; readonly number: number } | undefined {
  const [, load, digits] = /^0000000([0-9a-f])-0000-4000-8000-([0-9a-f]{12})$/.exec(key) ?? [];
  return load === undefined || digits === undefined
    ? undefined
    : { load: Number.parseInt(load, 16), number: Number.parseInt(digits, 16) };
}

/** Every delivery is about an order of its own, and its notification has an id of its own: as the number says. */
export function createDeliveryTemplate({ url, secret, bodyBytes, load }: DeliveryTarget): DeliveryTemplate {
  const body = Buffer.from(JSON.stringify(aNotification(load, bodyBytes)));
  const { host, pathname } = new URL(url);
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${host}`,
    `authorization: Bearer ${secret}`,
    'content-type: application/json',
    'user-agent: bench',
    `content-length: ${body.length}`,
  ];
  const template = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
  const places: number[] = [];
  for (let at = template.indexOf(PLACE); at >= 0; at = template.indexOf(PLACE, at + DIGITS)) places.push(at);
  return {
    bodyBytes: body.length,
    toRequest(number) {
      const request = Buffer.from(template);
      const digits = number.toString(16).padStart(DIGITS, '0');
      for (const place of places) request.write(digits, place, 'latin1');
      return request;
    },
  };
}

/** As commercetools sends it in its platform format, with the order in it. */
function aNotification(load: number, bodyBytes: number): object {
  const lineItems: object[] = [];
  const notification = {
    notificationType: 'Message',
    projectKey: 'shop',
    id: `1000000${load.toString(16)}-0000-4000-8000-${PLACE}`,
    version: 1,
    sequenceNumber: 1,
    resource: { typeId: 'order', id: toOrderId(load, PLACE) },
    resourceVersion: 1,
    type: 'OrderCreated',
    createdAt: '2026-01-15T10:00:00.000Z',
    lastModifiedAt: '2026-01-15T10:00:00.000Z',
    order: {
      id: toOrderId(load, PLACE),
      version: 1,
      orderNumber: `bench-${PLACE}`,
      orderState: 'Confirmed',
      totalPrice: { type: 'centPrecision', currencyCode: 'EUR', centAmount: 24_950, fractionDigits: 2 },
      shippingAddress: {
        firstName: 'A',
        lastName: 'B',
        streetName: 'Ring',
        postalCode: '53111',
        city: 'Bonn',
        country: 'DE',
      },
      lineItems,
    },
  };
  while (JSON.stringify(notification).length < bodyBytes) lineItems.push(aLineItem(lineItems.length));
  return notification;
}

const aLineItem = (index: number): object => ({
  id: `line-${index}`,
  productId: `product-${index}`,
  name: { 'de-DE': `Winterjacke Modell ${index}`, 'en-GB': `Winter jacket model ${index}` },
  variant: {
    id: 1,
    sku: `SKU-${1_001 + index}`,
    attributes: [
      { name: 'color', value: { key: 'blue', label: 'Blau' } },
      { name: 'size', value: 'M' },
    ],
    images: [{ url: `https://images.shop.test/SKU-${1_001 + index}.jpg`, dimensions: { w: 800, h: 1_200 } }],
  },
  price: { value: { type: 'centPrecision', currencyCode: 'EUR', centAmount: 4_990, fractionDigits: 2 } },
  quantity: 1,
  state: [{ quantity: 1, state: { typeId: 'state', id: 'initial' } }],
});
