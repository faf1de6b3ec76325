// Apart from api.js, so that errors can be told apart where the Firebase SDK is not loaded yet.

/** A call to the API that did not succeed. */
export class ApiError extends Error {
  /**
   * @param {number} status of HTTP, 0 when there was no answer
   * @param {string} code from the error body; "network" when there was no answer
   * @param {string} message a sentence for the person
   * @param {Record<string, string>} [fields] a sentence for each wrong field
   */
  constructor(status, code, message, fields = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}
