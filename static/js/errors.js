// The app's own errors. They aren't in api.js, which loads the Firebase SDK, so that pages can use
// them before that.

/** A call to the API that failed. */
export class ApiError extends Error {
  /**
   * @param {number} status the HTTP status; 0 when there was no response
   * @param {string} code from the error body; "network" when there was no response
   * @param {string} message a sentence for the user
   * @param {Record<string, string>} [fields] a sentence for each invalid field
   */
  constructor(status, code, message, fields = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

/**
 * An error whose message is shown as it is, because the module that throws it knows more than an
 * error code says.
 */
export class UserFacingError extends Error {
  /**
   * @param {string} message a sentence for the user
   * @param {string} [field] the name of the field that the message is about
   */
  constructor(message, field = '') {
    super(message);
    this.name = 'UserFacingError';
    this.field = field;
  }
}

/**
 * @param {unknown} error
 * @returns {string} its code, such as the SDK's "auth/popup-blocked"; "" when it has none
 */
export function errorCode(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
