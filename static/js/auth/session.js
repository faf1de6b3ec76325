// The session: how it begins, who is in it, and why it ended. Modules that ask the SDK for more than that take `auth`
// from here and the functions from the bundle.

import {
  browserLocalPersistence,
  browserPopupRedirectResolver,
  connectAuthEmulator,
  createUserWithEmailAndPassword,
  indexedDBLocalPersistence,
  initializeApp,
  initializeAuth,
  onIdTokenChanged,
  sendPasswordResetEmail,
  signInWithEmailAndPassword,
  signOut as firebaseSignOut,
} from '../../firebase/firebase.js';
import { config } from '../config.js';
import { rememberSession } from './session-hint.js';
import { reloadIfStuck } from './session-recovery.js';
import { anyTrip, loadHelper } from './redirect.js';

/** @typedef {import('../../firebase/firebase.js').User} User */

// No popupRedirectResolver here: with one, the SDK loads a frame from another host and waits for it before it restores
// the session, on phones and in Safari. Whatever opens a popup passes it then. The exception is a browser with a tab on
// its way to a provider's page and back: see auth/redirect.js.
const traveller = anyTrip();
if (traveller) await loadHelper().catch(() => undefined); // the SDK reports what is missing
export const auth = initializeAuth(
  initializeApp({ apiKey: config.apiKey, authDomain: config.authDomain, projectId: config.projectId }),
  {
    persistence: [indexedDBLocalPersistence, browserLocalPersistence],
    popupRedirectResolver: traveller ? browserPopupRedirectResolver : undefined,
  },
);
if (config.emulator) {
  const url = config.emulator === 'same-origin' ? location.origin : config.emulator;
  connectAuthEmulator(auth, url, { disableWarnings: true });
}
reloadIfStuck(auth.authStateReady());
auth.tenantId = config.tenantId ?? null;
onIdTokenChanged(auth, (user) => rememberSession(user !== null));

/** @typedef {'session-ended' | 'signed-out' | 'signed-out-everywhere' | 'deleted' | 'disabled' | 'left-guest'} EndReason */

/** @type {EndReason} */
let ending = 'session-ended';

/**
 * Calls the listener once the stored session is restored, and again after each sign-in, sign-out and token refresh, in
 * whichever tab it happened.
 * @param {(user: User | null) => void} listener
 */
export function onUser(listener) {
  onIdTokenChanged(auth, listener);
}

/**
 * The token that the API wants, renewed by the SDK when less than five minutes are left.
 * @param {boolean} fresh renew in any case; the SDK signs out when the session was revoked
 * @returns {Promise<string | null>} null when nobody is signed in
 */
export async function idToken(fresh) {
  await auth.authStateReady();
  try {
    return auth.currentUser ? await auth.currentUser.getIdToken(fresh) : null;
  } catch (error) {
    noteEnd(error);
    throw error;
  }
}

/** @param {string} email @param {string} password */
export async function signIn(email, password) {
  await signInWithEmailAndPassword(auth, email, password);
}

/** @param {string} email @param {string} password */
export async function signUp(email, password) {
  await createUserWithEmailAndPassword(auth, email, password);
}

/** @param {string} email */
export async function sendReset(email) {
  await sendPasswordResetEmail(auth, email);
}

/**
 * Signs out. The SDK removes the session from IndexedDB, and other tabs notice within a second.
 * @param {EndReason} [reason] what the sign-in page says, in this tab
 */
export async function signOut(reason = 'signed-out') {
  ending = reason;
  await firebaseSignOut(auth);
}

/** Remembers what the SDK said when it ended the session. @param {unknown} error */
export function noteEnd(error) {
  if (error instanceof Error && 'code' in error && error.code === 'auth/user-disabled') ending = 'disabled';
}

/** @returns {EndReason} why a session that just ended did: "session-ended" when this tab did not end it */
export function endReason() {
  return ending;
}
