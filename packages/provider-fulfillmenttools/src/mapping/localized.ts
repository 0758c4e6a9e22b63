import { toLine } from './text.ts';

/** Texts by locale, e.g. de-DE, as commercetools keeps them. */
export type Localized = Readonly<Record<string, string>>;

/** The text for whoever the order is for; undefined: there is none. */
export type PickText = (texts: Localized) => string | undefined;

/**
 * The text for a locale: that locale, its language, the fallbacks one after the other (each with its language), else the
 * first there is.
 */
export function createPickText(locale: string | null, fallbacks: readonly string[]): PickText {
  const order = [locale, ...fallbacks].flatMap((each) => [each, languageOf(each)]);
  return (texts) => {
    for (const name of order) {
      const line = name && Object.hasOwn(texts, name) ? toLine(texts[name]) : undefined;
      if (line !== undefined) return line;
    }
    for (const text of Object.values(texts)) {
      const line = toLine(text);
      if (line !== undefined) return line;
    }
    return undefined;
  };
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
