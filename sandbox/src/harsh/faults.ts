import type { Sandbox } from '../sandbox.ts';

/** How often the simulators did what their vendors may do, by kind; kinds that did not occur are left out. */
export async function countFaults({
  commercetools,
  fulfillmenttools,
}: Pick<Sandbox, 'commercetools' | 'fulfillmenttools'>): Promise<Record<string, number>> {
  const struck = await commercetools.struckByKind();
  const conflicts = (await commercetools.answers()).get(409) ?? 0;
  const answers = [...(await fulfillmenttools.answers())]
    .filter(([status]) => status === 0 || status >= 400)
    .sort(([a], [b]) => a - b);
  const delivered = {
    commercetools: await commercetools.deliveries(),
    fulfillmenttools: await fulfillmenttools.deliveries(),
  };
  const counts: readonly (readonly [string, number])[] = [
    ...Object.entries(struck).map(([kind, count]) => [`commercetools ${kind}`, count] as const),
    ['commercetools 409', conflicts],
    ...answers.map(([status, count]) => [`fulfillmenttools ${status === 0 ? 'no answer' : status}`, count] as const),
    ['commercetools notifications twice', delivered.commercetools.duplicates],
    ['fulfillmenttools notifications twice', delivered.fulfillmenttools.duplicates],
    ['fulfillmenttools events twice', delivered.fulfillmenttools.reEmitted ?? 0],
  ];
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
