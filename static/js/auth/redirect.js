// Signing in by redirect. The page and its memory are gone while the user is on the provider's
// page. What remains is a record for this tab.

import { config } from '../config.js';

const key = 'latchkey:redirect';

/**
 * @typedef {object} PendingRedirect
 * @property {string} provider
 * @property {'signIn' | 'link' | 'confirm'} purpose
 * @property {string} [waitingProvider] a provider that was to be linked after this sign-in; its
 *   credential is lost
 */

/**
 * Whether a redirect can work. Browsers keep the storage of different sites apart. Firebase's
 * sign-in helper, which the provider returns to, can hand over the result only on this page's own
 * host.
 */
export function canRedirect() {
  return config.emulator !== undefined || config.authDomain === location.host;
}

/** @param {PendingRedirect} redirect */
export function startRedirect(redirect) {
  sessionStorage.setItem(key, JSON.stringify(redirect));
}

/** @returns {PendingRedirect | null} the redirect that this tab is returning from */
export function currentRedirect() {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null');
  } catch {
    return null; // storage is blocked
  }
}

export function endRedirect() {
  sessionStorage.removeItem(key);
  // If a redirect fails, the SDK leaves a copy of the user behind.
  for (const other of Object.keys(sessionStorage)) {
    if (other.startsWith('firebase:redirectUser:')) sessionStorage.removeItem(other);
  }
}
