import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { aDemoOrder, type Sandbox, simulatorCredentials } from '@pipeline/sandbox';

/** Members of an address that say nothing about a person, or a text that ids contain by chance. */
const harmless = new Set(['country', 'city', 'postalCode', 'streetNumber']);

/** What the demo orders hold about people. */
function personalTexts(): string[] {
  const orders = [0, 1, 2].map((index) => aDemoOrder(index, 'ANY').body);
  const texts = orders.flatMap(({ shippingAddress, customerEmail }) => [
    customerEmail as string,
    ...Object.entries(shippingAddress as Record<string, string>)
      .filter(([name, text]) => !harmless.has(name) && text.length > 3)
      .map(([, text]) => text),
  ]);
  return [...new Set(texts)];
}

function secretTexts({ ingest: { secrets } }: Sandbox): string[] {
  const { commercetools, fulfillmenttools } = simulatorCredentials;
  const { clientId, clientSecret } = commercetools;
  return [
    secrets.commercetools,
    secrets.fulfillmenttools,
    clientSecret,
    Buffer.from(`${clientId}:${clientSecret}`).toString('base64'),
    fulfillmenttools.password,
    fulfillmenttools.apiKey,
    fulfillmenttools.user,
  ];
}

/** Tokens in the form of a JWT, what follows the name of an authorization scheme, and e-mail addresses. */
const suspicious = /eyJ[\w-]{10,}\.[\w-]*|\b(?:Bearer|Basic) [\w.~+/=-]{8,}|[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/g;

/** Personal data and secrets in a text: the kinds of texts that must be in no log, header or shadow topic. */
export function findPrivate(text: string, sandbox: Sandbox): string[] {
  const known = [...personalTexts(), ...secretTexts(sandbox)].filter((each) => text.includes(each));
  return [...known, ...(text.match(suspicious) ?? [])];
}

/** As `findPrivate`, for every log that the sandbox's services have written; each with the file and line. */
export async function findPrivateInLogs(sandbox: Sandbox): Promise<string[]> {
  const found: string[] = [];
  for (const file of await readdir(sandbox.logDirectory)) {
    const text = await readFile(path.join(sandbox.logDirectory, file), 'utf8');
    // A log without a line would prove nothing.
    if (text.trim() === '') found.push(`${file}: empty`);
    for (const line of text.split('\n'))
      for (const each of findPrivate(line, sandbox)) found.push(`${file}: ${each} in ${line.slice(0, 300)}`);
  }
  return found;
}
