import { toLine } from './text.ts';

/** Texts by locale, e.g. de-DE, as commercetools keeps them. */
export type Localized = Readonly<Record<string, string>>;

/** The text for a locale: that locale, its language, English, else the first there is. undefined: there is none. */
export function pickText(texts: Localized, locale: string | null): string | undefined {
  const candidates = [locale, locale?.split(/[-_]/)[0], 'en'].flatMap((name) =>
    name && Object.hasOwn(texts, name) ? [texts[name]] : [],
  );
  for (const text of [...candidates, ...Object.values(texts)]) {
    const line = toLine(text);
    if (line !== undefined) return line;
  }
  return undefined;
}

/** With the locales as fulfillmenttools writes them (de_DE); undefined when no text is left. */
export function toLocaleStrings(texts: Localized): Record<string, string> | undefined {
  const entries = Object.entries(texts).flatMap(([locale, text]) => {
    const line = toLine(text);
    return line === undefined || locale === '' ? [] : [[locale.replaceAll('-', '_'), line] as const];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
