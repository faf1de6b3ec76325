// A provider whose email belongs to an account already, which is not trusted with that email. The provider's account is
// added once the person has signed in the way they did before: only they can tell which way that was.
//
// Until then its credential is kept here, in this page's memory and nowhere else: whoever has it can become that person.

import { linkWithCredential } from '../../firebase/firebase.js';
import { codeOf } from '../ui/error-messages.js';
import { leaveNotice } from '../ui/notice.js';
import { credentialOf, providerOf } from './providers.js';

/** @typedef {{provider: string, email: string, credential: import('../../firebase/firebase.js').OAuthCredential}} Pending */

/** @type {Pending | null} */
let pending = null;

/**
 * Keeps the credential of a sign-in that failed because the account must be linked.
 * @param {unknown} error
 * @returns {Pending | null} null when it failed for another reason
 */
export function keepPending(error) {
  if (codeOf(error) !== 'auth/account-exists-with-different-credential') return null;
  const credential = credentialOf(error);
  const email = /** @type {any} */ (error).customData?.email ?? '';
  pending = credential && { provider: providerOf(error), email, credential };
  return pending;
}

/** What waits to be added. */
export function pendingLink() {
  return pending;
}

export function forgetPending() {
  pending = null;
}

/**
 * Adds what waits to the account that somebody has just signed in to, and leaves word for the next page. An account with
 * another email address is not the one that the provider named: nothing is added to that.
 * @param {import('../../firebase/firebase.js').User} user
 */
export async function addPending(user) {
  const waiting = pending;
  if (!waiting) return;
  pending = null;
  if (user.email?.toLowerCase() !== waiting.email.toLowerCase()) {
    leaveNotice('other-account', [waiting.provider]);
    return;
  }
  try {
    await linkWithCredential(user, waiting.credential);
    leaveNotice('added', [waiting.provider]);
  } catch (error) {
    leaveNotice(codeOf(error) === 'auth/provider-already-linked' ? 'added' : 'not-added', [waiting.provider]);
  }
}
