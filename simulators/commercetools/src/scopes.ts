import 'fastify';
import { insufficientScope } from './errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The scope that the route needs; absent: any token will do. `none`: not even a token. */
    scope?: string;
  }
}

/** Route options: the token needs this scope, e.g. `view_orders`; `manage_orders` and `manage_project` include it. */
export const needs = (scope: string) => ({ config: { scope } });

/** Route options: answered without authorization. */
export const openToAll = needs('none');

/** One scope of a token, e.g. `manage_orders:demo-project:berlin`. */
export interface Scope {
  readonly name: string;
  readonly projectKey: string;
  readonly storeKey?: string;
}

/** undefined: the text names a scope of no known form. */
export function parseScopes(text: string): readonly Scope[] | undefined {
  const scopes = text
    .split(/\s+/)
    .filter((part) => part !== '')
    .map((part) => /^(?<name>[a-z_]+):(?<projectKey>[\w-]+)(?::(?<storeKey>[\w-]+))?$/.exec(part)?.groups);
  return scopes.every((scope) => scope !== undefined) ? (scopes as unknown as readonly Scope[]) : undefined;
}

/** Whether the granted scope allows what the wanted one does. A scope for a project covers its stores. */
export function covers(granted: Scope, wanted: Scope): boolean {
  if (granted.projectKey !== wanted.projectKey) return false;
  if (granted.storeKey !== undefined && granted.storeKey !== wanted.storeKey) return false;
  if (granted.name === 'manage_project') return true;
  return [wanted.name, wanted.name.replace(/^view_/, 'manage_')].includes(granted.name);
}

/** Throws ApiError (403) unless one of the token's scopes covers the wanted one. */
export function requireScope(granted: readonly Scope[], wanted: Scope): void {
  if (!granted.some((scope) => covers(scope, wanted))) throw insufficientScope(wanted.name);
}
