import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { toFields, toList } from '../fields.ts';

/** Sample payloads beside the repository; not everybody has them. */
const folder = new URL('../../../../../shared/fixtures/commercetools/', import.meta.url);

export const fixturesPresent = existsSync(fileURLToPath(folder));

/** Every order of commercetools in the fixtures, bare or in a notification, by where it stands. */
export function readFixtureOrders(): Map<string, unknown> {
  const orders = new Map<string, unknown>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json')))
    collect(JSON.parse(readFileSync(new URL(file, folder), 'utf8')), file, orders);
  return orders;
}

function collect(value: unknown, where: string, orders: Map<string, unknown>): void {
  const fields = toFields(value);
  if (Array.isArray(fields.lineItems) && typeof fields.orderState === 'string' && typeof fields.id === 'string') {
    orders.set(where, value);
    return;
  }
  for (const [name, each] of Object.entries(fields)) collect(each, `${where} ${name}`, orders);
  if (Array.isArray(value)) for (const [at, each] of toList(value).entries()) collect(each, `${where} ${at}`, orders);
}
