/** An answer in the error shape of the commercetools HTTP API: `{statusCode, message, errors: [{code, message}]}`. */
export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly statusCode: number;
  readonly details: readonly ErrorDetail[];
  /** Further members of the body, e.g. the OAuth `error`. */
  readonly extra: Record<string, unknown>;

  constructor(statusCode: number, detail: ErrorDetail, extra: Record<string, unknown> = {}) {
    super(detail.message);
    this.statusCode = statusCode;
    this.details = [detail];
    this.extra = extra;
  }
}

export function toErrorBody(error: ApiError): Record<string, unknown> {
  return { statusCode: error.statusCode, message: error.message, errors: error.details, ...error.extra };
}

export const invalidInput = (message: string) => new ApiError(400, { code: 'InvalidInput', message });

export const invalidOperation = (message: string) => new ApiError(400, { code: 'InvalidOperation', message });

/** The body is no JSON, or a member is missing or of the wrong kind. `where` is the path, e.g. `actions -> shipmentState`. */
export const invalidJsonInput = (detailedErrorMessage: string) =>
  new ApiError(400, {
    code: 'InvalidJsonInput',
    message: 'Request body does not contain valid JSON.',
    detailedErrorMessage,
  });

export const invalidField = (field: string, invalidValue: unknown, expected: string) =>
  new ApiError(400, {
    code: 'InvalidField',
    message: `The value '${JSON.stringify(invalidValue)}' is not valid for field '${field}'. ${expected}`,
    field,
    invalidValue,
  });

export const requiredField = (field: string) =>
  new ApiError(400, { code: 'RequiredField', message: `A value is required for field '${field}'.`, field });

export const duplicateField = (field: string, duplicateValue: string) =>
  new ApiError(400, {
    code: 'DuplicateField',
    message: `A duplicate value '"${duplicateValue}"' exists for field '${field}'.`,
    field,
    duplicateValue,
  });

export const referencedResourceNotFound = (typeId: string, identifier: string) =>
  new ApiError(400, {
    code: 'ReferencedResourceNotFound',
    message: `The referenced object of type '${typeId}' with identifier '${identifier}' was not found.`,
    typeId,
  });

export const resourceNotFound = (message: string) => new ApiError(404, { code: 'ResourceNotFound', message });

export const concurrentModification = (id: string, expected: number, currentVersion: number) =>
  new ApiError(409, {
    code: 'ConcurrentModification',
    message: `Object ${id} has a different version than expected. Expected: ${expected} - Actual: ${currentVersion}.`,
    currentVersion,
  });

/** OAuth failures carry `error` beside the usual members. */
export function oauthError(statusCode: number, code: string, message: string): ApiError {
  return new ApiError(statusCode, { code, message }, { error: code, error_description: message });
}

/** 403; the text is what commercetools answers. */
export const insufficientScope = (scope: string) =>
  oauthError(403, 'insufficient_scope', `Insufficient scope. One of the following scopes is missing: ${scope}.`);

export const maxResourceLimitExceeded = (exceededResource: string, limit: number) =>
  new ApiError(400, {
    code: 'MaxResourceLimitExceeded',
    message: `The limit of ${limit} resources of type '${exceededResource}' is reached.`,
    exceededResource,
  });

const extension = { extensionId: 'e0e00000-0000-4000-8000-000000000001', extensionKey: 'shop-order-extension' };

/** An API Extension of the shop, called within our update, answered with what is no valid response. */
export const extensionBadResponse = (statusCode: number) =>
  new ApiError(statusCode, {
    code: 'ExtensionBadResponse',
    message: 'The extension did not return the expected JSON.',
    ...extension,
    extensionErrors: [],
    extensionBody: '<html><body>Internal error</body></html>',
    extensionStatusCode: 500,
  });

/** An API Extension of the shop did not answer in its time, 2 s unless it was given more. */
export const extensionNoResponse = (statusCode: number) =>
  new ApiError(statusCode, {
    code: 'ExtensionNoResponse',
    message: 'Extension did not respond in time.',
    ...extension,
  });
