import { type DeliverySettings, deliverySwitches } from './notifications/settings.ts';
import { type OutageRates, outageSwitches } from './outages.ts';
import { type Quirks, quirkSwitches } from './quirks.ts';
import { parseSwitches, type SwitchTable, valuesOf } from './switches.ts';

/** The switches as they are now, by the name of their set in options and in the control API. */
export interface SwitchSets {
  readonly delivery: DeliverySettings;
  readonly quirks: Quirks;
  readonly outages: OutageRates;
}

export type SetName = keyof SwitchSets;

export const tables: Readonly<Record<SetName, { readonly table: SwitchTable; readonly called: string }>> = {
  delivery: { table: deliverySwitches, called: 'The delivery' },
  quirks: { table: quirkSwitches, called: 'The quirks' },
  outages: { table: outageSwitches, called: 'The outages' },
};

export const setNames = Object.keys(tables) as SetName[];

export const copyOf = ({ delivery, quirks, outages }: SwitchSets): SwitchSets => ({
  delivery: { ...delivery },
  quirks: { ...quirks },
  outages: { ...outages },
});

/** Changes the set in place. Throws a RangeError that names the switch that does not exist or is out of range. */
export function changeSet(sets: SwitchSets, name: SetName, change: Readonly<Record<string, unknown>>): unknown {
  const { table, called } = tables[name];
  return Object.assign(sets[name], parseSwitches(called, table, change));
}

/** All sets in place: on their harsh side, or as they are without harshness. */
export function setAll(sets: SwitchSets, harsh: boolean): void {
  for (const name of setNames) Object.assign(sets[name], valuesOf(tables[name].table, harsh));
}
