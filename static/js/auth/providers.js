// Google, GitHub and the others: in a pop-up window or, where the browser blocks that, in this tab.

import {
  browserPopupRedirectResolver as resolver,
  FacebookAuthProvider,
  getRedirectResult,
  GithubAuthProvider,
  GoogleAuthProvider,
  linkWithPopup,
  linkWithRedirect,
  OAuthProvider,
  reauthenticateWithPopup,
  signInWithPopup,
  signInWithRedirect,
  TwitterAuthProvider,
} from '../../firebase/firebase.js';
import { auth } from './session.js';
import { codeOf, Told } from '../ui/error-messages.js';
import { methodName } from './method-names.js';
import { anyTrip, currentTrip, endTrip, loadHelper, startTrip, tripIsStale } from './redirect.js';

/**
 * @typedef {import('../../firebase/firebase.js').User} User
 * @typedef {import('../../firebase/firebase.js').UserCredential} UserCredential
 * @typedef {import('../../firebase/firebase.js').OAuthCredential} OAuthCredential
 * @typedef {import('../../firebase/firebase.js').AuthProvider} AuthProvider
 */

// The providers with a class of their own; the others are all OAuthProvider.
const classes = {
  'google.com': GoogleAuthProvider,
  'github.com': GithubAuthProvider,
  'facebook.com': FacebookAuthProvider,
  'twitter.com': TwitterAuthProvider,
};

/** @param {string} id */
function classOf(id) {
  return Object.hasOwn(classes, id) ? classes[/** @type {keyof typeof classes} */ (id)] : undefined;
}

/** @param {string} id @returns {AuthProvider} */
function newProvider(id) {
  const Own = classOf(id);
  if (Own) return new Own();
  const provider = new OAuthProvider(id);
  if (id === 'apple.com') ['email', 'name'].forEach((scope) => provider.addScope(scope)); // Apple tells nothing unasked
  return provider;
}

/**
 * @param {string} id
 * @param {(sentence: string) => unknown} tell what happens where the person may wonder
 * @param {string} [waiting] a provider whose account is to be added afterwards
 * @returns {Promise<UserCredential>}
 */
export function signInWith(id, tell, waiting) {
  return enter(id, tell, { provider: id, purpose: 'signIn', waiting }, {
    popup: (provider) => signInWithPopup(auth, provider, resolver),
    redirect: (provider) => signInWithRedirect(auth, provider, resolver),
  });
}

/** @param {User} user @param {string} id @param {(sentence: string) => unknown} tell @returns {Promise<UserCredential>} */
export function linkWith(user, id, tell) {
  return enter(id, tell, { provider: id, purpose: 'link', leaving: true }, {
    popup: (provider) => linkWithPopup(user, provider, resolver),
    redirect: startOver,
  });
}

/**
 * The SDK links by redirect only if it was started with the resolver, so the page is loaded anew, which now starts it so.
 * @returns {Promise<never>}
 */
async function startOver() {
  location.reload();
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  throw new Told('This page has stayed, because something on it is not saved. Save it and try again.');
}

/** Goes on with a trip to link that startOver prepared. @param {User} user @param {import('./redirect.js').Trip} trip */
export async function depart(user, trip) {
  startTrip({ ...trip, leaving: false });
  try {
    await linkWithRedirect(user, newProvider(trip.provider), resolver);
  } catch (error) {
    endTrip();
    throw error;
  }
}

/**
 * For the dialog that asks who is there. No redirect: the page would forget what it asked for.
 * @param {User} user
 * @param {string} id
 */
export async function confirmWith(user, id) {
  await loadHelper();
  await reauthenticateWithPopup(user, newProvider(id), resolver);
}

/**
 * @param {string} id
 * @param {(sentence: string) => unknown} tell
 * @param {import('./redirect.js').Trip} trip
 * @param {{popup: (p: AuthProvider) => Promise<UserCredential>, redirect: (p: AuthProvider) => Promise<never>}} ways
 */
async function enter(id, tell, trip, ways) {
  await loadHelper();
  try {
    tell(`Continue with ${methodName(id)} in the window that opens.`);
    return await ways.popup(newProvider(id));
  } catch (error) {
    if (!noPopup.includes(codeOf(error))) throw error;
  }
  tell(`Your browser blocked the window, so this page takes you to ${methodName(id)} and back.`);
  startTrip(trip);
  try {
    return await ways.redirect(newProvider(id)); // the page goes away, unless there is no way to the provider
  } catch (error) {
    endTrip();
    throw error;
  }
}

const noPopup = ['auth/popup-blocked', 'auth/operation-not-supported-in-this-environment'];

/**
 * How the trip ended that this tab is back from.
 * @returns {Promise<UserCredential | null>} null when there was none, and when somebody came back without an answer
 */
export async function tripResult() {
  if (currentTrip() === null) {
    if (anyTrip() && tripIsStale()) await forget();
    return null;
  }
  try {
    return await getRedirectResult(auth, resolver);
  } finally {
    await forget();
  }
}

/** Ends a trip. Storing the session once more takes the trip's number out of it, which the SDK leaves after an error. */
async function forget() {
  await auth.authStateReady();
  if (auth.currentUser) await auth.updateCurrentUser(auth.currentUser);
  endTrip();
}

// The back button may bring this page back as it was when it left, in the middle of a trip. Then it starts over.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted && currentTrip() !== null) location.reload();
});

/**
 * The provider's credential that an error holds: to be linked after another sign-in, or to sign in with instead.
 * @param {unknown} error
 * @returns {OAuthCredential | null}
 */
export function credentialOf(error) {
  const id = providerOf(error);
  const known = /** @type {import('../../firebase/firebase.js').AuthError} */ (error);
  return id ? (classOf(id) ?? OAuthProvider).credentialFromError(known) : null;
}

/** @param {unknown} error @returns {string} "" when it does not say */
export function providerOf(error) {
  return /** @type {any} */ (error)?.customData?._tokenResponse?.providerId ?? '';
}
