// The only module that calls fetch. Every call carries the user's ID token, and every failure is
// an ApiError.

import { idToken } from './auth/session.js';
import { ApiError, errorCode } from './errors.js';

const timeoutMs = 20_000;

// How long a new session from another tab may take to reach this one: see call.
const otherTabMs = 1500;

/**
 * @template T
 * @typedef {object} ApiResponse
 * @property {T} data
 * @property {string} etag "" when the response has none
 */

/**
 * @typedef {object} CallOptions
 * @property {unknown} [body] sent as JSON
 * @property {string} [ifMatch] the ETag of the version that the change is based on
 * @property {boolean} [bearer] false for calls by staff, who have no ID token
 */

/**
 * Calls the API. If the server rejects the ID token as expired or revoked, it tries once more
 * with a new one. When the session has been revoked there is no new token: the SDK signs the user
 * out, in every tab.
 * @param {string} method
 * @param {string} path
 * @param {CallOptions} [options]
 * @returns {Promise<ApiResponse<any>>}
 */
export async function call(method, path, options = {}) {
  try {
    return await attempt(method, path, options, false);
  } catch (error) {
    if (!(error instanceof ApiError) || !['token_expired', 'token_revoked'].includes(error.code)) {
      throw error;
    }
    // A tab that has just changed the password holds the only valid tokens. This tab gets them
    // from the shared storage within a second. Refreshing the old tokens before that would sign
    // out every tab.
    if (error.code === 'token_revoked') {
      await new Promise((resolve) => setTimeout(resolve, otherTabMs));
    }
    return attempt(method, path, options, true);
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {CallOptions} options
 * @param {boolean} freshToken
 * @returns {Promise<ApiResponse<any>>}
 */
async function attempt(method, path, { body, ifMatch, bearer = true }, freshToken) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' };
  if (bearer) headers.Authorization = `Bearer ${await token(freshToken)}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (ifMatch !== undefined) headers['If-Match'] = ifMatch;
  const response = await send(path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: 'no-store',
    signal: AbortSignal.timeout(timeoutMs),
  });
  const data = await read(response);
  if (response.ok) return { data, etag: response.headers.get('ETag') ?? '' };
  throw new ApiError(
    response.status,
    data?.error?.code ?? `http_${response.status}`,
    data?.error?.message ?? 'Something went wrong on the server. Try again in a minute.',
    data?.error?.fields,
  );
}

/** @param {boolean} fresh */
async function token(fresh) {
  try {
    const value = await idToken(fresh);
    if (value) return value;
  } catch (error) {
    if (errorCode(error) === 'auth/network-request-failed') throw networkError();
  }
  throw new ApiError(401, 'unauthenticated', 'Your session has ended. Sign in again.');
}

/** @param {string} path @param {RequestInit} init */
async function send(path, init) {
  try {
    return await fetch(path, init);
  } catch {
    throw networkError();
  }
}

/** @param {Response} response @returns {Promise<any>} null if the body is empty or isn't JSON */
async function read(response) {
  const text = await response.text().catch(() => {
    throw networkError(); // the connection broke in the middle of the response
  });
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function networkError() {
  return new ApiError(0, 'network', "Can't connect to the server.");
}
