/**
 * A quantity of an article with that of its substitutes, which count for their original, but never past what the line
 * asks for: two small ones for one big one are still one.
 */
export function withSubstitutes(own: number, substitutes: readonly number[], quantity: number): number {
  const substituted = substitutes.reduce((sum, amount) => sum + amount, 0);
  return own + Math.min(substituted, Math.max(quantity - own, 0));
}
