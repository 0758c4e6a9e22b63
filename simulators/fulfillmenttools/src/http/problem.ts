/** One entry of the vendor's error body, which is an array. */
export interface ErrorInner {
  readonly summary: string;
  readonly description?: string;
  /** On a version conflict: what is stored, and what was sent. */
  readonly version?: number;
  readonly requestVersion?: number;
}

/** A refusal in the vendor's shape: status and body of the answer. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly errors: readonly ErrorInner[];

  constructor(status: number, ...errors: readonly ErrorInner[]) {
    super(errors[0]?.summary ?? `status ${status}`);
    this.status = status;
    this.errors = errors;
  }
}

export const notFound = (kind: string, id: string): ApiProblem =>
  new ApiProblem(404, { summary: `${kind} not found`, description: `There is no ${kind} '${id}'.` });

export const badRequest = (summary: string, description: string): ApiProblem =>
  new ApiProblem(400, { summary, description });

export const versionConflict = (kind: string, version: number, requestVersion: number): ApiProblem =>
  new ApiProblem(409, {
    summary: `${kind} version conflict`,
    description: `The ${kind} has version ${version}, the request was made for version ${requestVersion}.`,
    version,
    requestVersion,
  });

/** A refusal in the shape of Google's sign-in services. */
export class GoogleProblem extends Error {
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }

  body(): object {
    return {
      error: {
        code: this.status,
        message: this.message,
        errors: [{ message: this.message, domain: 'global', reason: 'invalid' }],
        status: this.status === 429 ? 'RESOURCE_EXHAUSTED' : 'INVALID_ARGUMENT',
      },
    };
  }
}

/** A refusal in the shape of an OAuth 2.0 authorization server (RFC 6749, 5.2). */
export class OAuthProblem extends Error {
  readonly status: number;

  constructor(error: 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'slow_down', status = 400) {
    super(error);
    this.status = status;
  }

  body(): object {
    return { error: this.message, error_description: `The simulator answers ${this.message}.` };
  }
}
