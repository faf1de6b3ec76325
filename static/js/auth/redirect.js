// Signing in by redirect, for browsers that block popups. The page and its memory are gone while
// the user is on the provider's page. What remains is a record for this tab (sessionStorage) and
// a flag for all tabs (localStorage).
//
// The SDK makes the flag necessary. During a redirect that links a provider, the stored session
// carries the redirect's ID, and a page that starts the SDK without a redirect resolver would drop
// that session.

import { config } from '../config.js';

const key = 'latchkey:redirect';
const staleMs = 60 * 60 * 1000;

/**
 * @typedef {object} PendingRedirect
 * @property {string} provider
 * @property {'signIn' | 'link'} purpose
 * @property {boolean} [startOnLoad] the page goes to the provider as soon as it has reloaded
 * @property {string} [waitingProvider] a provider that was to be linked after this sign-in; its
 *   credential is lost
 */

/** @param {PendingRedirect} redirect */
export function startRedirect(redirect) {
  sessionStorage.setItem(key, JSON.stringify(redirect));
  localStorage.setItem(key, String(Date.now()));
}

/**
 * @returns {PendingRedirect | null} the redirect that this tab is returning from, or about to
 *   start
 */
export function currentRedirect() {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null');
  } catch {
    return null; // storage is blocked
  }
}

/** @returns {boolean} whether any tab of this browser is in the middle of a redirect */
export function isRedirectPending() {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return false;
  }
}

/** @returns {boolean} whether another tab started a redirect so long ago that it won't return */
export function isRedirectStale() {
  return currentRedirect() === null && Date.now() - Number(localStorage.getItem(key)) > staleMs;
}

export function endRedirect() {
  sessionStorage.removeItem(key);
  localStorage.removeItem(key);
}

/** @type {Promise<void> | undefined} */
let loading;

/**
 * Loads the local Firebase's replacement for gapi, the script with which the SDK talks to a
 * provider's page. In production it does nothing, because the SDK loads Google's script by
 * itself.
 */
export function loadLocalGapi() {
  if (config.emulator !== 'same-origin') return Promise.resolve();
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = '/emulator/gapi.js';
    script.onload = () => resolve();
    script.onerror = () => {
      loading = undefined; // the next click tries again
      script.remove();
      reject(
        Object.assign(new Error('gapi.js did not load'), { code: 'auth/network-request-failed' }),
      );
    };
    document.head.append(script);
  });
  return loading;
}
