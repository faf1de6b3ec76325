// Guest accounts: users can try the app without a sign-in method. Connecting one turns the guest
// account into a full account (sign-in-methods.js), which keeps its uid, its profile and
// everything else.

import { signInAnonymously, signInWithCredential } from '../../firebase/firebase.js';
import { errorCode } from '../errors.js';
import { askToConfirm } from '../ui/confirm.js';
import { isProvider, methodName } from './method-names.js';
import { credentialOf } from './providers.js';
import { auth } from './session.js';

export async function signInAsGuest() {
  await signInAnonymously(auth);
}

const usedElsewhere = [
  'auth/credential-already-in-use',
  'auth/email-already-in-use',
  'auth/account-exists-with-different-credential', // for phone numbers
];

/**
 * Whether an error says that another account already has this sign-in method.
 * @param {unknown} error
 */
export function isUsedElsewhere(error) {
  return usedElsewhere.includes(errorCode(error));
}

/**
 * @param {string} method what the guest wanted to connect
 * @returns {Promise<boolean>} whether to switch accounts
 */
export function confirmSwitchFromGuest(method) {
  return askToConfirm({
    heading: 'You already have an account',
    text:
      `Another account already uses this ${identifierName(method)}. You can switch to that ` +
      "account, but you can't come back to this guest account. You'll lose:",
    losses: ['this guest account', 'its profile'],
    button: 'Switch to that account',
  });
}

/** @param {string} method @returns {string} what another account already has */
function identifierName(method) {
  if (method === 'phone') return 'phone number';
  return isProvider(method) ? `${methodName(method)} account` : 'email address';
}

/**
 * Signs in to the account that an error is about, with the credential from the error.
 * @param {unknown} error
 * @param {import('../../firebase/firebase.js').AuthCredential | null} [credential] if the error
 *   has none
 * @returns {Promise<boolean>} false if the user has to sign in from the start
 */
export async function switchAccount(error, credential = credentialOf(error)) {
  if (!credential || errorCode(error) === 'auth/email-already-in-use') return false;
  await signInWithCredential(auth, credential);
  return true;
}

/**
 * Asks guests before they sign out, because they can't sign in again.
 * @returns {Promise<boolean>}
 */
export function confirmGuestSignOut() {
  return askToConfirm({
    heading: 'Sign out of this guest account?',
    text:
      "You won't be able to sign in to it again. To keep it, cancel and connect a sign-in " +
      "method. If you sign out, you'll lose:",
    losses: ['this guest account', 'its profile'],
    button: 'Sign out anyway',
  });
}
