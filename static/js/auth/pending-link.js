// Links a provider after another sign-in. If a provider's email address already belongs to an
// account, and the platform doesn't trust the provider with that address, the user first signs in
// the way they did before. Then the provider is linked. The app can't tell which way that was;
// only the user can.
//
// Until then the provider's credential is kept in this page's memory and nowhere else, because
// anyone who has it can sign in as the user.

import { linkWithCredential } from '../../firebase/firebase.js';
import { errorCode } from '../errors.js';
import { saveNotice } from '../ui/notice.js';
import { credentialOf, providerOf } from './providers.js';

/**
 * @typedef {object} PendingLink
 * @property {string} provider
 * @property {string} email
 * @property {import('../../firebase/firebase.js').OAuthCredential} credential
 */

/** @type {PendingLink | null} */
let pending = null;

/**
 * Keeps the credential of a sign-in that failed because the provider must be linked first.
 * @param {unknown} error
 * @returns {PendingLink | null} null if it failed for another reason
 */
export function keepPendingLink(error) {
  if (errorCode(error) !== 'auth/account-exists-with-different-credential') return null;
  const credential = credentialOf(error);
  const email = /** @type {any} */ (error).customData?.email ?? '';
  pending = credential && { provider: providerOf(error), email, credential };
  return pending;
}

export function pendingLink() {
  return pending;
}

export function forgetPendingLink() {
  pending = null;
}

/**
 * Links the pending provider to the account that the user has just signed in to, and saves a
 * notice for the next page. If the account has a different email address from the provider's,
 * nothing is linked.
 * @param {import('../../firebase/firebase.js').User} user
 */
export async function linkPending(user) {
  if (!pending) return;
  const { provider, email, credential } = pending;
  pending = null;
  if (user.email?.toLowerCase() !== email.toLowerCase()) {
    saveNotice('other-account', [provider]);
    return;
  }
  try {
    await linkWithCredential(user, credential);
    saveNotice('connected', [provider]);
  } catch (error) {
    const linked = errorCode(error) === 'auth/provider-already-linked';
    saveNotice(linked ? 'connected' : 'not-connected', [provider]);
  }
}
