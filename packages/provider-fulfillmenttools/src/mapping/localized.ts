import { toLine } from './text.ts';

/** Texts by locale, e.g. de-DE, as commercetools keeps them. */
export type Localized = Readonly<Record<string, string>>;

/** The text for a locale: that locale, its language, English, else the first there is. undefined: there is none. */
export function pickText(texts: Localized, locale: string | null): string | undefined {
  for (const name of [locale, languageOf(locale), 'en']) {
    const line = name && Object.hasOwn(texts, name) ? toLine(texts[name]) : undefined;
    if (line !== undefined) return line;
  }
  for (const text of Object.values(texts)) {
    const line = toLine(text);
    if (line !== undefined) return line;
  }
  return undefined;
}

const languageOf = (locale: string | null): string | null => locale && (/^[^-_]*/.exec(locale)?.[0] ?? null);

/** With the locales as fulfillmenttools writes them (de_DE); undefined when no text is left. */
export function toLocaleStrings(texts: Localized): Record<string, string> | undefined {
  const entries: [locale: string, line: string][] = [];
  for (const locale of Object.keys(texts)) {
    const line = locale === '' ? undefined : toLine(texts[locale]);
    if (line !== undefined) entries.push([locale.replaceAll('-', '_'), line]);
  }
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
