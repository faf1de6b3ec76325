// The only fetch. Every call carries the ID token; every failure is an ApiError.

import { ApiError } from './api-error.js';
import { idToken } from './auth/session.js';

export { ApiError };

const timeoutMs = 20_000;

/**
 * @template T
 * @typedef {object} Answer
 * @property {T} data
 * @property {string} etag "" when the answer has none
 */

/**
 * @param {string} method
 * @param {string} path
 * @param {{body?: unknown, ifMatch?: string, bearer?: boolean}} [options] bearer: false for the calls of staff, who have no
 *   ID token
 * @returns {Promise<Answer<any>>}
 */
export async function call(method, path, options = {}) {
  try {
    return await attempt(method, path, options, false);
  } catch (error) {
    if (!(error instanceof ApiError) || !['token_expired', 'token_revoked'].includes(error.code)) throw error;
    // Once, with a new token. If the session was revoked there is none: the SDK signs out, and every tab hears of it.
    // Not at once: a tab that has just changed the password holds the only tokens that are still good, and this one gets
    // them from the shared storage within a second. Asking with the old ones would sign all tabs out.
    if (error.code === 'token_revoked') await new Promise((resolve) => setTimeout(resolve, 1500));
    return attempt(method, path, options, true);
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {{body?: unknown, ifMatch?: string, bearer?: boolean}} options
 * @param {boolean} freshToken
 * @returns {Promise<Answer<any>>}
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
    data?.error?.message ?? 'The server gave an answer that this page does not understand. Try again in a minute.',
    data?.error?.fields,
  );
}

/** @param {boolean} fresh */
async function token(fresh) {
  try {
    const value = await idToken(fresh);
    if (value) return value;
  } catch (error) {
    if (codeOf(error) === 'auth/network-request-failed') throw networkError();
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

/** @param {Response} response @returns {Promise<any>} null for an empty body, and for what is not JSON */
async function read(response) {
  const text = await response.text().catch(() => {
    throw networkError(); // the connection broke in the middle of the answer
  });
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function networkError() {
  return new ApiError(0, 'network', 'The server cannot be reached.');
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
