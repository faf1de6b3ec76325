// A sign-in with a trusted provider takes over an account whose email address wasn't verified, and
// removes its other sign-in methods. Identity Platform doesn't report that. But it ends all earlier
// sessions at the moment of the sign-in, which other changes do only by chance.

import { isProvider, methodName } from '../auth/method-names.js';

const key = 'latchkey:check-takeover';

/** The sign-in page calls this after a sign-in, before it goes to the account page. */
export function checkTakeoverLater() {
  try {
    sessionStorage.setItem(key, '1');
  } catch {
    // Storage is blocked. The account page shows the remaining methods anyway.
  }
}

/**
 * Right after a sign-in, says that sign-in methods were removed, if they were.
 * @param {{user: import('./user-details.js').Account, token: {authTime: string,
 *   signInProvider: string}}} account the response of GET /api/account
 * @param {HTMLElement} place where to say it, unless another notice is there
 */
export function showTakeover({ user, token }, place) {
  if (!takeFlag() || !place.hidden || !wasTakenOver(user, token)) return;
  const provider = methodName(token.signInProvider);
  place.textContent =
    `To protect your account, any sign-in methods other than ${provider} were removed. Your ` +
    "email address wasn't verified, so someone else could have created the account. You can " +
    'connect other methods below.';
  place.hidden = false;
}

/**
 * @param {import('./user-details.js').Account} user
 * @param {{authTime: string, signInProvider: string}} token
 */
function wasTakenOver(user, { authTime, signInProvider }) {
  const created = Date.parse(user.createdAt ?? '');
  const ended = Date.parse(user.tokensValidAfter ?? '');
  const signedIn = Date.parse(authTime);
  return (
    isProvider(signInProvider) &&
    user.emailVerified &&
    user.providers.length === 1 &&
    user.providers[0]?.providerId === signInProvider &&
    ended - created > 2000 && // a new account's sessions begin at about the time of its creation
    ended <= signedIn &&
    signedIn - ended <= 1000 // both are in whole seconds
  );
}

/** @returns {boolean} whether this tab has just signed in */
function takeFlag() {
  try {
    const flag = sessionStorage.getItem(key);
    sessionStorage.removeItem(key);
    return flag !== null;
  } catch {
    return false;
  }
}
