import { describeCounts } from '../report.ts';
import type { HarshResult } from './outcome.ts';

/** What became of the orders, for people. */
export function describeHarshResult(result: HarshResult, wanted: number): string[] {
  const { seed, ended, asExpected, shipped, delivered, cancelled, neverPlaced, compared, lives, faults, letters } =
    result;
  const counts = Object.entries(faults).map(([kind, count]) => `${kind} ${count}`);
  return [
    `Seed ${seed}: ${ended} of ${wanted} orders ended, ${asExpected} as their life says; ${shipped} shipped, ${delivered} delivered`,
    `Compared besides: ${compared.deliveries} deliveries, ${compared.parcels} parcels, ${compared.returns} returns`,
    `${cancelled} cancelled by the shop, ${neverPlaced} of them before they were placed`,
    ...describeCounts(result),
    `${Object.keys(lives).length} different lives; faults: ${counts.join(', ')}`,
    ...letters.map(({ service, code, count, message }) => `${count} dead letters of ${service}, ${code}: ${message}`),
  ];
}
