// The session. The only module that imports the Firebase SDK: what the app asks of it is listed here.

import {
  browserLocalPersistence,
  connectAuthEmulator,
  createUserWithEmailAndPassword,
  indexedDBLocalPersistence,
  initializeApp,
  initializeAuth,
  onIdTokenChanged,
  sendPasswordResetEmail,
  signInWithEmailAndPassword,
  signOut as firebaseSignOut,
} from '../firebase/firebase.js';
import { config } from './config.js';
import { rememberSession } from './hint.js';

/** @typedef {import('../firebase/firebase.js').User} User */

// No popupRedirectResolver here: with one, the SDK loads a frame from another host and waits for it before it restores
// the session, on phones and in Safari. Whatever opens a popup passes it then.
const auth = initializeAuth(
  initializeApp({ apiKey: config.apiKey, authDomain: config.authDomain, projectId: config.projectId }),
  { persistence: [indexedDBLocalPersistence, browserLocalPersistence] },
);
if (config.emulator) {
  const url = config.emulator === 'same-origin' ? location.origin : config.emulator;
  connectAuthEmulator(auth, url, { disableWarnings: true });
}
auth.tenantId = config.tenantId ?? null;
onIdTokenChanged(auth, (user) => rememberSession(user !== null));

let leaving = false;

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
  return auth.currentUser ? auth.currentUser.getIdToken(fresh) : null;
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

/** Signs out. The SDK removes the session from IndexedDB, and other tabs notice within a second. */
export async function signOut() {
  leaving = true;
  await firebaseSignOut(auth);
}

/** Whether a session that just ended was ended by a click in this tab. */
export function signedOutHere() {
  return leaving;
}
