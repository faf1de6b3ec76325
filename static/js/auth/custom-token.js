// Signing in with a custom token: how a sign-in system of one's own ends. The system proves who somebody is, its server
// asks identity.Accounts.CustomToken for a token, and its page gives that token to signInWithToken. Such a token is good
// for an hour and signs in whoever holds it: send it over TLS, in the body of an answer, and store it nowhere.

import { signInWithCustomToken } from '../../firebase/firebase.js';
import { auth } from './session.js';

/** @param {string} token @returns {Promise<string>} the uid of the account, which the first such sign-in creates */
export async function signInWithToken(token) {
  const { user } = await signInWithCustomToken(auth, token);
  return user.uid;
}
