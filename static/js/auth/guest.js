// "Try it first": an account without anything to sign in with. It becomes a full one by linking a method (account/sign-in-methods.js),
// and keeps its uid, its profile and everything else.

import { signInAnonymously, signInWithCredential } from '../../firebase/firebase.js';
import { auth } from './session.js';
import { confirmed } from '../ui/confirm.js';
import { codeOf } from '../ui/error-messages.js';
import { methodName } from './method-names.js';
import { credentialOf } from './providers.js';

export async function tryAsGuest() {
  await signInAnonymously(auth);
}

// The last one is what the SDK says of a phone number.
const taken = ['auth/credential-already-in-use', 'auth/email-already-in-use', 'auth/account-exists-with-different-credential'];

/** Whether an error says that what somebody wanted to link opens another account. @param {unknown} error */
export function belongsToAnother(error) {
  return taken.includes(codeOf(error));
}

/** @param {string} method what the guest wanted to link @returns {Promise<boolean>} */
export function askToLeaveGuest(method) {
  return confirmed({
    heading: 'You have an account already',
    text: `${methodName(method)} opens another account here. You can switch to that one, and nobody can open this guest `
      + 'account again. Or you cancel, and nothing changes. Switching leaves behind:',
    losses: ['the guest account', 'the profile that you filled in as a guest'],
    button: 'Switch to that account',
  });
}

/**
 * Signs in to the account that the error is about, with the credential that the error holds.
 * @param {unknown} error
 * @param {import('../../firebase/firebase.js').AuthCredential | null} [credential] when the error holds none
 * @returns {Promise<boolean>} false when only a sign-in from the start will do
 */
export async function switchAccount(error, credential = credentialOf(error)) {
  if (!credential || codeOf(error) === 'auth/email-already-in-use') return false;
  await signInWithCredential(auth, credential);
  return true;
}

/** A guest who signs out cannot come back. @returns {Promise<boolean>} whether to go on */
export function askBeforeGuestLeaves() {
  return confirmed({
    heading: 'Leave this guest account?',
    text: 'It has nothing to sign in with. Cancel and link a way to sign in if you want to keep it. Otherwise you lose:',
    losses: ['the guest account', 'the profile that you filled in as a guest'],
    button: 'Sign out all the same',
  });
}
