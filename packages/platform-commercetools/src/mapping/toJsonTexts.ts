/** Each value as JSON text, since a shop's own fields and attributes may hold anything. What has no value is left out. */
export function toJsonTexts(values: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
  const texts = Object.entries(values ?? {}).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(texts.map(([name, value]) => [name, JSON.stringify(value)]));
}
