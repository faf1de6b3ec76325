// The sign-in page once the Firebase SDK has loaded: every sign-in method, then on to ?next=.

import {
  createUserWithEmailAndPassword,
  sendPasswordResetEmail,
  signInWithEmailAndPassword,
  signInWithPhoneNumber,
} from '../../firebase/firebase.js';
import { checkTakeoverLater } from '../account/takeover.js';
import { isConfirming } from '../auth/confirmation-link.js';
import { receivedLink, sendEmailLink, useEmailLink } from '../auth/email-link.js';
import {
  confirmSwitchFromGuest,
  isUsedElsewhere,
  signInAsGuest as startGuest,
} from '../auth/guest.js';
import { rememberedAddress } from '../auth/link-address.js';
import { methodName } from '../auth/method-names.js';
import { requirePasswordPolicy } from '../auth/password-policy.js';
import {
  forgetPendingLink,
  keepPendingLink,
  linkPending,
  pendingLink,
} from '../auth/pending-link.js';
import {
  completeRedirect,
  prepareProviders,
  providerOf,
  signInWith,
} from '../auth/providers.js';
import { withRecaptcha } from '../auth/recaptcha.js';
import { currentRedirect } from '../auth/redirect.js';
import { reportIfDisabled } from '../auth/report-disabled-method.js';
import { returnPath } from '../auth/return-path.js';
import { auth, onUser } from '../auth/session.js';
import { errorCode, UserFacingError } from '../errors.js';
import { formById, inputById, setText, setVisible } from '../ui/dom.js';
import { showError } from '../ui/messages.js';
import { saveNotice } from '../ui/notice.js';

/** @typedef {import('../../firebase/firebase.js').User} User */

const main = /** @type {HTMLElement} */ (document.querySelector('[data-signin]'));
const linkingNotice = /** @type {HTMLElement} */ (main.querySelector('[data-linking-notice]'));

const checkSpam = "If you don't see the email, check your spam folder.";

/** Whether an email link that hasn't been used yet opened this page. */
let finishing =
  new URLSearchParams(location.search).get('mode') === 'finish' && receivedLink() !== '';
let leaving = false;

/** Whether the user wasn't signed in already when this page opened. */
let signsIn = currentRedirect() !== null;

/** @param {string} email @param {string} password */
export async function signIn(email, password) {
  await reportIfDisabled('password', () => signInWithEmailAndPassword(auth, email, password));
}

/** @param {string} email @param {string} password */
export async function signUp(email, password) {
  await requirePasswordPolicy(password);
  try {
    await reportIfDisabled('password', () => createUserWithEmailAndPassword(auth, email, password));
  } catch (error) {
    if (errorCode(error) !== 'auth/email-already-in-use') throw error;
    setVisible(main, '[data-taken]', true); // a link to sign in with this email address
    throw new UserFacingError('An account with this email address already exists.', 'email');
  }
}

/**
 * Sends a reset link. The message must not reveal whether the email address has an account.
 * @param {string} email
 */
export async function requestPasswordReset(email) {
  try {
    await reportIfDisabled('password', () => sendPasswordResetEmail(auth, email));
  } catch (error) {
    if (errorCode(error) !== 'auth/user-not-found') throw error;
  }
  return `If ${email} has an account, we sent it a link. ${checkSpam}`;
}

/** @param {string} email */
export async function requestEmailLink(email) {
  await reportIfDisabled('emailLink', () => sendEmailLink(email, nextPath()));
  return `We sent a link to ${email}. Open it in this browser to sign in. ${checkSpam}`;
}

/** @param {string} email */
export async function finishEmailLink(email) {
  if (!finishing) throw new UserFacingError('This link is incomplete. Request a new one.');
  const confirming = isConfirming(email);
  try {
    await reportIfDisabled('emailLink', () => useEmailLink(email, receivedLink()));
  } catch (error) {
    if (!auth.currentUser?.isAnonymous || !isUsedElsewhere(error)) throw error;
    if (await confirmSwitchFromGuest('emailLink')) {
      await useEmailLink(email, receivedLink(), { leaveGuest: true });
    }
  }
  if (confirming) return showConfirmed();
  finishing = false;
  if (auth.currentUser) await leave(auth.currentUser);
}

/**
 * Tells the user to go back to the tab that requested the link. This tab must not go to the
 * account page by itself. It would start with a token that the change in the other tab may just
 * have revoked, and the SDK would sign the user out in all tabs.
 */
function showConfirmed() {
  leaving = true; // stay here, whatever the SDK reports
  history.replaceState(null, '', '/signin'); // the link can't be used again
  const section = /** @type {HTMLElement} */ (main.querySelector('[data-confirmed]'));
  setVisible(main, '[data-mode=finish]', false);
  section.hidden = false;
  const heading = section.querySelector('h1');
  document.title = document.title.replace(/^[^·]*/, `${heading?.textContent} `);
  heading?.focus();
}

/** @param {string} id of the provider @param {(text: string) => void} showNote */
export async function signInWithProvider(id, showNote) {
  await redirectDone; // a failed redirect must end before the next one starts
  try {
    await reportIfDisabled(id, () => signInWith(id, showNote, pendingLink()?.provider));
  } catch (error) {
    if (!askForEarlierMethod(error)) throw explainProviderError(error, id);
  }
}

export async function signInAsGuest() {
  await reportIfDisabled('anonymous', startGuest);
}

/** @param {string} number @param {HTMLElement} place where a reCAPTCHA challenge is shown */
export function sendPhoneCode(number, place) {
  return reportIfDisabled('phone', () =>
    withRecaptcha(place, (verifier) => signInWithPhoneNumber(auth, number, verifier)),
  );
}

/** @param {() => Promise<unknown>} confirm uses the code */
export async function signInWithPhoneCode(confirm) {
  await reportIfDisabled('phone', confirm);
}

/**
 * The SDK uses one code for wrong passwords and failed providers.
 * @param {unknown} error
 * @param {string} id
 */
function explainProviderError(error, id) {
  if (errorCode(error) !== 'auth/invalid-credential') return error;
  return new UserFacingError(
    `Signing in with ${methodName(id)} failed. Try again, or choose another method.`,
  );
}

/**
 * If a provider's email address already has an account, asks the user to sign in the way they did
 * before. The app can't say which way that was: with email enumeration protection, the platform
 * doesn't tell which methods an address has.
 * @param {unknown} error
 * @returns {boolean} false for every other error
 */
function askForEarlierMethod(error) {
  const pending = keepPendingLink(error);
  if (!pending) return false;
  const name = methodName(pending.provider);
  setText(linkingNotice, 'h2', `Sign in to connect ${name}`);
  setText(
    linkingNotice,
    'p',
    `An account for ${pending.email} already exists. To connect ${name} to it, sign in the way ` +
      'you did before.',
  );
  main.dataset.linking = '';
  setVisible(main, '[data-reason]', false);
  for (const button of main.querySelectorAll('[data-provider]')) {
    button.toggleAttribute('hidden', button.getAttribute('data-provider') === pending.provider);
  }
  showSignInForm();
  const email = inputById('signin-email');
  if (email) email.value = pending.email; // absent where passwords aren't offered
  linkingNotice.hidden = false;
  main.classList.remove('arriving'); // invisible elements can't be focused
  linkingNotice.focus();
  return true;
}

linkingNotice.querySelector('button')?.addEventListener('click', () => {
  forgetPendingLink();
  linkingNotice.hidden = true;
  delete main.dataset.linking;
  for (const button of main.querySelectorAll('[data-provider]')) button.removeAttribute('hidden');
});

/** Goes to the page's first form. signin.js shows it on popstate. */
function showSignInForm() {
  const section = /** @type {HTMLElement} */ (main.querySelector('[data-mode=signin]'));
  if (!section.hidden) return;
  history.pushState(null, '', `/signin?${new URLSearchParams({ next: nextPath() })}`);
  dispatchEvent(new PopStateEvent('popstate'));
}

function nextPath() {
  return returnPath(location.search, '/account');
}

/** Handles the return from a provider's page. */
async function finishRedirect() {
  const redirect = currentRedirect();
  try {
    await reportIfDisabled(redirect?.provider ?? '', completeRedirect);
    if (redirect?.waitingProvider && auth.currentUser) {
      saveNotice('lost-in-redirect', [redirect.waitingProvider]);
    }
  } catch (error) {
    const place = main.querySelector('section:not([hidden]) [data-providers]');
    const id = providerOf(error) || redirect?.provider || '';
    if (!askForEarlierMethod(error) && place) showError(place, explainProviderError(error, id));
  } finally {
    if (!auth.currentUser) main.classList.remove('arriving');
  }
}

/** Finishes the sign-in and goes to the next page. @param {User} user */
async function leave(user) {
  if (leaving) return;
  leaving = true;
  await linkPending(user);
  if (signsIn) checkTakeoverLater();
  location.replace(nextPath());
}

prepareProviders();
const redirectDone = currentRedirect() === null ? Promise.resolve() : finishRedirect();

// The page stays invisible, with its space reserved, until it is clear that the user isn't signed
// in already.
onUser(async (user) => {
  await redirectDone;
  if (!user) signsIn = true;
  if (user && !finishing) await leave(user);
  else main.classList.remove('pending');
});

if (finishing) {
  const email = rememberedAddress();
  if (email) {
    inputById('finish-email').value = email;
    formById('finish').requestSubmit();
  }
}
