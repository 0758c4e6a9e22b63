import type { ExcludedField, ExcludePolicy } from '@pipeline/fulfillment';
import type { Settings } from './config.ts';

type ExclusionSettings = Pick<
  Settings,
  | 'PLACEMENT_EXCLUDE_STORES'
  | 'PLACEMENT_EXCLUDE_ORDER_NUMBERS'
  | 'PLACEMENT_EXCLUDE_EMAIL_DOMAINS'
  | 'PLACEMENT_EXCLUDE_FIELDS'
>;

/** Settings → orders that are never placed. They must have passed `checkExclusions`. */
export const toExcludePolicy = (settings: ExclusionSettings): ExcludePolicy => ({
  stores: settings.PLACEMENT_EXCLUDE_STORES,
  orderNumbers: settings.PLACEMENT_EXCLUDE_ORDER_NUMBERS,
  emailDomains: settings.PLACEMENT_EXCLUDE_EMAIL_DOMAINS,
  fields: settings.PLACEMENT_EXCLUDE_FIELDS.map(toField),
});

function toField(text: string): ExcludedField {
  const at = text.indexOf('=');
  return at < 0 ? { name: text, value: null } : { name: text.slice(0, at).trim(), value: text.slice(at + 1).trim() };
}

interface Check {
  readonly setting: keyof ExclusionSettings;
  readonly isValid: (entry: string) => boolean;
  readonly rule: string;
}

/** commercetools' own rules for keys and names; the rest catches what would never match, or always. */
const checks: readonly Check[] = [
  {
    setting: 'PLACEMENT_EXCLUDE_STORES',
    isValid: (key) => /^[\w-]{2,256}$/.test(key),
    rule: 'must be the key of a store: letters, digits, _ and -',
  },
  {
    setting: 'PLACEMENT_EXCLUDE_ORDER_NUMBERS',
    isValid: (glob) => !/[\^$\\|()[\]{}]|\.[*+]/.test(glob),
    rule: 'looks like a regular expression: only * has a meaning, any characters, as in TEST-*',
  },
  {
    setting: 'PLACEMENT_EXCLUDE_ORDER_NUMBERS',
    isValid: (glob) => !/^\*+$/.test(glob),
    rule: 'would exclude every order: set PLACEMENT=off instead',
  },
  {
    setting: 'PLACEMENT_EXCLUDE_EMAIL_DOMAINS',
    isValid: (domain) => /^[^\s@*]+$/.test(domain) && !/^\.|\.$/.test(domain),
    rule: 'must be a domain without @ and *, as in example.com',
  },
  {
    setting: 'PLACEMENT_EXCLUDE_FIELDS',
    isValid: (field) => /^[\w-]{2,36}(\s*=\s*\S.*)?$/.test(field),
    rule: 'must be name=value, or the name of a custom field alone',
  },
];

/** Every entry that cannot be meant so, by its place in the list: an entry may hold personal data. */
export function checkExclusions(settings: ExclusionSettings): string[] {
  return checks.flatMap(({ setting, isValid, rule }) =>
    settings[setting].flatMap((entry, index) => (isValid(entry) ? [] : [`${setting}, entry ${index + 1}, ${rule}`])),
  );
}
