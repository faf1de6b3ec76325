// The session: starts the Firebase SDK, says who is signed in, and remembers why a session ended.
// Modules that need more of the SDK take `auth` from here and the SDK's functions from the
// bundle.

import {
  connectAuthEmulator,
  initializeApp,
  initializeAuth,
  onIdTokenChanged,
  signOut as firebaseSignOut,
} from '../../firebase/firebase.js';
import { config } from '../config.js';
import { errorCode, UserFacingError } from '../errors.js';
import { forgetUser } from './forget-user.js';
import { popupResolver } from './popup-resolver.js';
import { rememberSession } from './session-hint.js';
import { removeSession, sessionPersistence } from './session-persistence.js';

/** @typedef {import('../../firebase/firebase.js').User} User */

const app = initializeApp({
  apiKey: config.apiKey,
  authDomain: config.authDomain,
  projectId: config.projectId,
});
// Remove the component that reports usage of the SDK to Firebase. For it, each page would create and
// delete an IndexedDB database, and wait for that without a timeout before it restores the session or
// signs a user in. In Chromium, two tabs that do so at the same time can wait forever.
// app.container isn't documented, so an upgrade may change it (firebase 12.19).
/** @type {any} */ (app).container.providers.delete('heartbeat');
export const auth = initializeAuth(app, {
  persistence: sessionPersistence,
  popupRedirectResolver: popupResolver,
});
if (config.emulator) {
  const url = config.emulator === 'same-origin' ? location.origin : config.emulator;
  connectAuthEmulator(auth, url, { disableWarnings: true });
}
auth.tenantId = config.tenantId ?? null;

// Every end of a session gets here: the user signed out, in this tab or another one, the session
// was revoked, or the account deleted. This is the SDK's first listener, so it runs before those of
// the pages.
let hadUser = false;
onIdTokenChanged(auth, (user) => {
  if (!user) forgetUser(hadUser);
  hadUser = user !== null;
  rememberSession(hadUser);
});

/**
 * @typedef {'session-ended' | 'signed-out' | 'signed-out-everywhere' | 'deleted' | 'disabled' |
 *   'left-guest'} EndReason
 */

/** @type {EndReason} */
let lastEndReason = 'session-ended';

/**
 * Calls the listener once the stored session has been restored, and again after each sign-in,
 * sign-out and token refresh in any tab.
 * @param {(user: User | null) => void} listener
 */
export function onUser(listener) {
  onIdTokenChanged(auth, listener);
}

/** @returns {User} the signed-in user; throws if the session has ended */
export function signedInUser() {
  if (!auth.currentUser) throw new UserFacingError('Your session has ended. Sign in again.');
  return auth.currentUser;
}

/**
 * Returns the ID token for API calls. The SDK refreshes it when less than five minutes are left.
 * @param {boolean} fresh refresh it in any case; the SDK signs the user out if the session has
 *   been revoked
 * @returns {Promise<string | null>} null when no user is signed in
 */
export async function idToken(fresh) {
  await auth.authStateReady();
  try {
    return auth.currentUser ? await auth.currentUser.getIdToken(fresh) : null;
  } catch (error) {
    recordEndReason(error);
    throw error;
  }
}

/**
 * Signs the user out. The SDK deletes the session from IndexedDB, and other tabs notice within a
 * second.
 * @param {EndReason} [reason] what the sign-in page says in this tab
 */
export async function signOut(reason = 'signed-out') {
  lastEndReason = reason;
  await removeSession(() => firebaseSignOut(auth));
}

/** Records why the SDK ended the session. @param {unknown} error */
export function recordEndReason(error) {
  if (errorCode(error) === 'auth/user-disabled') lastEndReason = 'disabled';
}

/** @returns {EndReason} why the session ended; "session-ended" unless this tab knows more */
export function endReason() {
  return lastEndReason;
}
