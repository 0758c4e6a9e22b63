import { defineSettings } from '@pipeline/service-kit';

const as = 'As order-router has it.';
const list = { type: 'list', default: [], description: as } as const;

/** Those settings of order-router that say which orders are placed locked, or not yet; see `toHold`. */
export const holdSettings = defineSettings({ PLACEMENT_HOLD_LOCK: list, PLACEMENT_HOLD_WAIT: list });
