// Google, GitHub and the other providers: in a popup or, where a popup doesn't work, by redirect.

import {
  FacebookAuthProvider,
  getRedirectResult,
  GithubAuthProvider,
  GoogleAuthProvider,
  linkWithPopup,
  linkWithRedirect,
  OAuthProvider,
  reauthenticateWithPopup,
  reauthenticateWithRedirect,
  signInWithPopup,
  signInWithRedirect,
  TwitterAuthProvider,
} from '../../firebase/firebase.js';
import { config } from '../config.js';
import { errorCode, UserFacingError } from '../errors.js';
import { isProvider, methodName } from './method-names.js';
import { canRedirect, currentRedirect, endRedirect, startRedirect } from './redirect.js';
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

// The sign-in pages of these providers end the connection to the page that opened the window
// (Cross-Origin-Opener-Policy). So after ten seconds, the SDK assumes that the window was closed.
const redirectOnly = ['microsoft.com', 'twitter.com'];

const popupErrors = ['auth/popup-blocked', 'auth/operation-not-supported-in-this-environment'];

// How long leaving the page may take after the user has been asked about unsaved changes.
const leaveMs = 10_000;

/**
 * Loads what a popup needs as soon as the page has nothing else to do. It must be there before the
 * user clicks: browsers let a page open a window only right after a click, and in Safari loading
 * something takes too long.
 * @param {boolean} [isNeeded] by default, whether the app offers providers
 */
export async function prepareProviders(isNeeded = config.methods.some(isProvider)) {
  if (!isNeeded) return;
  await auth.authStateReady();
  // Safari has no requestIdleCallback.
  const whenIdle = globalThis.requestIdleCallback ?? setTimeout;
  // If it fails, the SDK tries again when the user clicks. The method isn't a documented one.
  const { _popupRedirectResolver: resolver } = /** @type {any} */ (auth);
  whenIdle(() => resolver?._initialize?.(auth).catch(() => undefined));
}

/**
 * @param {string} id of the provider
 * @param {ShowNote} showNote
 * @param {string} [waitingProvider] a provider that is to be linked afterwards
 * @returns {Promise<UserCredential>}
 */
export function signInWith(id, showNote, waitingProvider) {
  return openProvider({ provider: id, purpose: 'signIn', waitingProvider }, showNote, {
    popup: (provider) => signInWithPopup(auth, provider),
    redirect: (provider) => signInWithRedirect(auth, provider),
  });
}

/**
 * @param {User} user
 * @param {string} id of the provider
 * @param {ShowNote} showNote
 * @returns {Promise<UserCredential>}
 */
export function linkWith(user, id, showNote) {
  return openProvider({ provider: id, purpose: 'link' }, showNote, {
    popup: (provider) => linkWithPopup(user, provider),
    redirect: (provider) => linkWithRedirect(user, provider),
  });
}

/**
 * @param {User} user
 * @param {string} id of the provider
 * @param {ShowNote} showNote
 * @returns {Promise<UserCredential>}
 */
export function reauthenticateWith(user, id, showNote) {
  return openProvider({ provider: id, purpose: 'confirm' }, showNote, {
    popup: (provider) => reauthenticateWithPopup(user, provider),
    redirect: (provider) => reauthenticateWithRedirect(user, provider),
  });
}

/** @param {string} id of the provider @returns {boolean} whether users leave the page for it */
export function needsRedirect(id) {
  return redirectOnly.includes(id);
}

/**
 * Nothing that takes time may happen before the SDK opens the popup: see prepareProviders.
 * @param {PendingRedirect} pending what to remember if the page is left
 * @param {ShowNote} showNote
 * @param {object} open
 * @param {(provider: AuthProvider) => Promise<UserCredential>} open.popup
 * @param {(provider: AuthProvider) => Promise<never>} open.redirect
 */
async function openProvider(pending, showNote, open) {
  const provider = newProvider(pending.provider);
  const name = methodName(pending.provider);
  if (needsRedirect(pending.provider)) {
    if (!canRedirect()) {
      throw new UserFacingError(
        `Signing in with ${name} doesn't work at this address. Choose another method.`,
      );
    }
    showNote(`Taking you to ${name}…`);
  } else {
    try {
      showNote(`Continue with ${name} in the window that opens.`);
      return await open.popup(provider);
    } catch (error) {
      if (!popupErrors.includes(errorCode(error)) || !canRedirect()) throw error;
    }
    showNote(`Your browser blocked the window. Taking you to ${name} instead…`);
  }
  startRedirect(pending);
  try {
    return await Promise.race([open.redirect(provider), stayingOnPage()]);
  } catch (error) {
    endRedirect();
    throw error;
  }
}

/**
 * Rejects if the page asks about unsaved changes and the user decides to stay.
 * @returns {Promise<never>}
 */
function stayingOnPage() {
  const error = new UserFacingError(
    'You have unsaved changes on this page. Save them and try again.',
  );
  return new Promise((_, reject) => {
    addEventListener('beforeunload', ({ defaultPrevented }) => {
      // The inner timer starts when the user has answered.
      if (defaultPrevented) setTimeout(() => setTimeout(reject, leaveMs, error));
    });
  });
}

/** Finishes the redirect that this tab is returning from, or throws why it failed. */
export async function completeRedirect() {
  const redirect = currentRedirect();
  if (!redirect) return;
  try {
    const result = await getRedirectResult(auth);
    // There is none if the user went back, or if the browser didn't let this page read the storage of
    // the sign-in helper.
    if (!result) {
      throw new UserFacingError(
        `Signing in with ${methodName(redirect.provider)} didn't finish. Try again, or choose ` +
          'another method.',
      );
    }
    // Another tab may have stored the user while this one was away. The SDK then keeps that user, with
    // the old tokens.
    const user = auth.currentUser;
    if (user?.uid === result.user.uid && user !== result.user) {
      await auth.updateCurrentUser(result.user);
    }
  } finally {
    endRedirect();
  }
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
