/**
 * The exact value, without the detour of a binary fraction: 1050 with 2 digits is 10.50, with 0 it is 1050. undefined for
 * what is no whole number of minor units or has no possible number of digits.
 */
export function toDecimal(amount: unknown, digits: unknown): string | undefined {
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount)) return undefined;
  if (typeof digits !== 'number' || !Number.isInteger(digits) || digits < 0 || digits > 20) return undefined;
  const minor = String(Math.abs(amount)).padStart(digits + 1, '0');
  const whole = minor.slice(0, minor.length - digits);
  const sign = amount < 0 ? '-' : '';
  return digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${minor.slice(-digits)}`;
}

interface Amount {
  readonly currency: string;
  readonly amount: unknown;
  readonly fractionDigits: unknown;
}

/** e.g. `10.50 EUR`; the digits are those of the currency, or more with high precision. */
export function toMoneyText({ currency, amount, fractionDigits }: Amount): string | undefined {
  const value = toDecimal(amount, fractionDigits);
  return value === undefined ? undefined : `${value} ${currency}`;
}

/** 0.19 → 19; undefined for what is no rate. */
export function toPercent(rate: number | null | undefined): number | undefined {
  if (rate === null || rate === undefined || !Number.isFinite(rate) || rate < 0) return undefined;
  return Number((rate * 100).toFixed(6));
}
