// Notices what happened on other devices. A session that was ended elsewhere ends here within a
// minute while the page is visible. Changes to the account appear when the user comes back to the
// page.

import { call } from '../api.js';
import { expectsSession } from './session-hint.js';
import { auth, recordEndReason } from './session.js';

// The server may rely on its last user lookup for 30 seconds. With this interval, the total
// stays under a minute.
const intervalMs = 20_000;

export function watchSession() {
  setInterval(() => inTurn(checkSession), intervalMs);
  addEventListener('focus', () => inTurn(refreshUser));
  document.addEventListener('visibilitychange', () => inTurn(refreshUser));
  addEventListener('pageshow', ({ persisted }) => {
    // The back button restored the page as it was before the user signed out.
    if (persisted && !expectsSession()) location.reload();
  });
}

let last = /** @type {Promise<unknown>} */ (Promise.resolve());

/**
 * Runs a step after all earlier ones have ended. A step is a check of the session, or a change that
 * revokes the current tokens. A check during such a change could use a revoked token, and the SDK
 * would sign the user out.
 * @template T
 * @param {() => Promise<T>} step
 * @returns {Promise<T>}
 */
export function inTurn(step) {
  const result = last.then(step);
  last = result.catch(() => undefined);
  return result;
}

async function checkSession() {
  if (document.hidden || !auth.currentUser) return;
  // If the session has ended, call tries to refresh the token. That fails, and the SDK signs the
  // user out.
  await call('GET', '/api/session').catch(() => undefined);
  if (auth.currentUser?.email && !auth.currentUser.emailVerified) await refreshUser();
}

/**
 * Reloads the user, and refreshes the token if it has another email address or verification
 * status. reload() alone would leave the old claims in the token for up to an hour. Listeners in
 * every tab are called.
 */
async function refreshUser() {
  const user = auth.currentUser;
  if (document.hidden || !user || !expectsSession()) return;
  try {
    await user.reload();
    const { claims } = await user.getIdTokenResult();
    const current =
      claims.email === undefined ||
      (claims.email === user.email && claims.email_verified === user.emailVerified);
    if (!current) await user.getIdToken(true);
  } catch (error) {
    recordEndReason(error); // either the SDK has signed the user out, or this device is offline
  }
}
