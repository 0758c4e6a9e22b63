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
export const oauthError = (statusCode: number, code: string, message: string) =>
  new ApiError(statusCode, { code, message }, { error: code, error_description: message });
