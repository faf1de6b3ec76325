// A sign-in with a trusted provider takes over an account whose email address was never verified,
// and removes its other sign-in methods. Identity Platform doesn't report that, but it ends all
// earlier sessions at the moment of the sign-in, which nothing else does.

import { isProvider, methodName } from '../auth/method-names.js';

/** In this tab's storage, so that each tab says it once. */
const toldKey = 'latchkey:takeover-told';

/**
 * Says once that sign-in methods were removed.
 * @param {{user: import('./user-details.js').Account, token: {authTime: string,
 *   signInProvider: string}}} account the response of GET /api/account
 * @param {HTMLElement} place where to say it, unless another notice is there
 */
export function showTakeover({ user, token }, place) {
  if (!place.hidden || !wasTakenOver(user, token) || !remember()) return;
  const provider = methodName(token.signInProvider);
  place.textContent =
    `To protect your account, ${provider} is now your only sign-in method: all others were ` +
    'removed from it. Your email address had never been verified, so someone else could have ' +
    'created the account. You can connect other methods below.';
  place.hidden = false;
}

/**
 * @param {import('./user-details.js').Account} user
 * @param {{authTime: string, signInProvider: string}} token
 */
export function wasTakenOver(user, { authTime, signInProvider }) {
  const created = Date.parse(user.createdAt ?? '');
  const ended = Date.parse(user.tokensValidAfter ?? '');
  const signedIn = Date.parse(authTime);
  return (
    isProvider(signInProvider) &&
    user.providers.length === 1 &&
    user.emailVerified &&
    created < ended && // a new account's sessions begin when it is created
    ended <= signedIn &&
    signedIn - ended <= 1000 // both are in whole seconds
  );
}

/** @returns {boolean} whether this tab hasn't said it yet */
function remember() {
  try {
    if (sessionStorage.getItem(toldKey)) return false;
    sessionStorage.setItem(toldKey, '1');
  } catch {
    // Storage is blocked, so the page says it each time.
  }
  return true;
}
