// Google, GitHub and the other providers: in a popup or, where the browser blocks popups, by
// redirect.

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
import { errorCode, UserFacingError } from '../errors.js';
import { methodName } from './method-names.js';
import {
  currentRedirect,
  endRedirect,
  isRedirectPending,
  isRedirectStale,
  loadLocalGapi,
  startRedirect,
} from './redirect.js';
import { auth } from './session.js';

/**
 * @typedef {import('../../firebase/firebase.js').User} User
 * @typedef {import('../../firebase/firebase.js').UserCredential} UserCredential
 * @typedef {import('../../firebase/firebase.js').OAuthCredential} OAuthCredential
 * @typedef {import('../../firebase/firebase.js').AuthProvider} AuthProvider
 * @typedef {import('./redirect.js').PendingRedirect} PendingRedirect
 * @typedef {(text: string) => void} ShowNote
 */

// Providers that have their own class in the SDK. All others use OAuthProvider.
const classes = {
  'google.com': GoogleAuthProvider,
  'github.com': GithubAuthProvider,
  'facebook.com': FacebookAuthProvider,
  'twitter.com': TwitterAuthProvider,
};

const popupErrors = ['auth/popup-blocked', 'auth/operation-not-supported-in-this-environment'];

// How long a page that asks about unsaved changes may stay after reload().
const reloadMs = 10_000;

/**
 * @param {string} id of the provider
 * @param {ShowNote} showNote
 * @param {string} [waitingProvider] a provider that is to be linked afterwards
 * @returns {Promise<UserCredential>}
 */
export function signInWith(id, showNote, waitingProvider) {
  return openProvider(
    id,
    showNote,
    { provider: id, purpose: 'signIn', waitingProvider },
    {
      popup: (provider) => signInWithPopup(auth, provider, resolver),
      redirect: (provider) => signInWithRedirect(auth, provider, resolver),
    },
  );
}

/**
 * @param {User} user
 * @param {string} id of the provider
 * @param {ShowNote} showNote
 * @returns {Promise<UserCredential>}
 */
export function linkWith(user, id, showNote) {
  return openProvider(
    id,
    showNote,
    { provider: id, purpose: 'link', startOnLoad: true },
    {
      popup: (provider) => linkWithPopup(user, provider, resolver),
      redirect: reloadToLink,
    },
  );
}

/**
 * For the dialog that asks for a recent sign-in. It never redirects, because the page would lose
 * the action that needs it.
 * @param {User} user
 * @param {string} id of the provider
 */
export async function reauthenticateWith(user, id) {
  await loadLocalGapi();
  await reauthenticateWithPopup(user, newProvider(id), resolver);
}

/**
 * @param {string} id of the provider
 * @param {ShowNote} showNote
 * @param {PendingRedirect} pending
 * @param {object} open
 * @param {(provider: AuthProvider) => Promise<UserCredential>} open.popup
 * @param {(provider: AuthProvider) => Promise<never>} open.redirect
 */
async function openProvider(id, showNote, pending, open) {
  await loadLocalGapi();
  try {
    showNote(`Continue with ${methodName(id)} in the window that opens.`);
    return await open.popup(newProvider(id));
  } catch (error) {
    if (!popupErrors.includes(errorCode(error))) throw error;
  }
  showNote(`Your browser blocked the window. Taking you to ${methodName(id)} instead…`);
  startRedirect(pending);
  try {
    return await open.redirect(newProvider(id)); // leaves the page, unless the redirect fails
  } catch (error) {
    endRedirect();
    throw error;
  }
}

/**
 * The SDK links by redirect only if it was started with a resolver. So the page reloads, and
 * session.js starts it with one.
 * @returns {Promise<never>}
 */
async function reloadToLink() {
  location.reload();
  await new Promise((resolve) => setTimeout(resolve, reloadMs));
  throw new UserFacingError('You have unsaved changes on this page. Save them and try again.');
}

/** Continues after reloadToLink. @param {User} user @param {PendingRedirect} pending */
export async function continueLinkRedirect(user, pending) {
  startRedirect({ ...pending, startOnLoad: false });
  try {
    await linkWithRedirect(user, newProvider(pending.provider), resolver);
  } catch (error) {
    endRedirect();
    throw error;
  }
}

/**
 * Returns the result of the redirect that this tab is returning from.
 * @returns {Promise<UserCredential | null>} null if there was none, or if the user came back
 *   without signing in
 */
export async function redirectResult() {
  if (currentRedirect() === null) {
    if (isRedirectPending() && isRedirectStale()) await forgetRedirect();
    return null;
  }
  try {
    return await getRedirectResult(auth, resolver);
  } finally {
    await forgetRedirect();
  }
}

/**
 * Ends a redirect. Storing the session again removes the redirect's ID from it, which the SDK
 * leaves after an error.
 */
async function forgetRedirect() {
  await auth.authStateReady();
  if (auth.currentUser) await auth.updateCurrentUser(auth.currentUser);
  endRedirect();
}

// The back button may restore this page from memory in the middle of a redirect. Start over then.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted && currentRedirect() !== null) location.reload();
});

/**
 * Returns the provider's credential from an error, to link it after another sign-in or to sign in
 * with it instead.
 * @param {unknown} error
 * @returns {OAuthCredential | null}
 */
export function credentialOf(error) {
  const id = providerOf(error);
  const authError = /** @type {import('../../firebase/firebase.js').AuthError} */ (error);
  return id ? (classOf(id) ?? OAuthProvider).credentialFromError(authError) : null;
}

/** @param {unknown} error @returns {string} the ID of the provider; "" if the error has none */
export function providerOf(error) {
  return /** @type {any} */ (error)?.customData?._tokenResponse?.providerId ?? '';
}

/** @param {string} id */
function classOf(id) {
  return Object.hasOwn(classes, id) ? classes[/** @type {keyof typeof classes} */ (id)] : undefined;
}

/** @param {string} id @returns {AuthProvider} */
function newProvider(id) {
  const ProviderClass = classOf(id);
  if (ProviderClass) return new ProviderClass();
  const provider = new OAuthProvider(id);
  // Apple returns neither unless asked.
  if (id === 'apple.com') ['email', 'name'].forEach((scope) => provider.addScope(scope));
  return provider;
}
