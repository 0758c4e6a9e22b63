export interface RequestedRoute {
  /** Without the query. */
  readonly path: string;
  /** As `toRoute` gives it. */
  readonly route: string;
}

/** A route in the form `/{projectKey}/orders/{id}`, from the server's form `/:projectKey/orders/:id`; or `unknown`. */
export const toRoute = (url: string | undefined): string =>
  url?.replaceAll(/(?<!:):(\w+)/g, '{$1}').replaceAll('::', ':') ?? 'unknown';

export const isRoutePattern = (text: string): boolean => /^[/*][^?]*$/.test(text);

/**
 * Whether a request belongs to a pattern: a path; a path with `{name}` or `:name` where the route has a parameter (the
 * name does not matter); or a path with `*` for any characters.
 */
export function createRouteMatcher(pattern: string): (request: RequestedRoute) => boolean {
  const template = pattern.replaceAll(/(?<=[/=]):(\w+)/g, '{$1}');
  if (template.includes('*')) {
    const expression = new RegExp(
      `^${template
        .split(/(\*|\{\w+\})/)
        .map(toExpression)
        .join('')}$`,
      's',
    );
    return ({ path }) => expression.test(path);
  }
  const segments = template.split('/');
  return ({ path, route }) => {
    const given = path.split('/');
    const routed = route.split('/');
    if (given.length !== segments.length) return false;
    return segments.every((segment, index) => {
      if (!hasParameter(segment)) return segment === given[index];
      return shapeOf(segment) === shapeOf(routed[index] ?? '');
    });
  };
}

const parameter = /\{\w+\}/g;
const hasParameter = (segment: string): boolean => segment.search(parameter) >= 0;
const shapeOf = (segment: string): string => segment.replaceAll(parameter, '{}');

const toExpression = (part: string): string =>
  part === '*' ? '.*' : hasParameter(part) ? '[^/]+' : part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
