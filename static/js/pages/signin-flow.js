// The sign-in page once the Firebase SDK is there: every way in, and onward to ?next= once somebody is signed in.

import { signInWithPhoneNumber } from '../../firebase/firebase.js';
import { askToLeaveGuest, belongsToAnother, tryAsGuest } from '../auth/guest.js';
import { auth, onUser, sendReset, signIn, signUp } from '../auth/session.js';
import { broughtLink, rememberedEmail, sendLink, useLink } from '../auth/email-link.js';
import { codeOf, Told } from '../ui/error-messages.js';
import { remember, takenOver } from '../auth/seen-methods.js';
import { addPending, forgetPending, keepPending, pendingLink } from '../auth/pending-link.js';
import { methodName } from '../auth/method-names.js';
import { nextPath } from '../auth/return-path.js';
import { leaveNotice } from '../ui/notice.js';
import { requirePolicy } from '../auth/password-policy.js';
import { explainIn } from '../ui/buttons.js';
import { providerOf, signInWith, tripResult } from '../auth/providers.js';
import { withVerifier } from '../auth/recaptcha.js';
import { watchFor } from '../auth/report-disabled-method.js';
import { currentTrip } from '../auth/redirect.js';

/**
 * @typedef {import('../../firebase/firebase.js').User} User
 * @typedef {import('../../firebase/firebase.js').ConfirmationResult} ConfirmationResult
 */

const main = /** @type {HTMLElement} */ (document.querySelector('[data-signin]'));
const notice = /** @type {HTMLElement} */ (main.querySelector('[data-linking-notice]'));

/** Whether this page was opened by a link in an email that is not used yet. */
let finishing = new URLSearchParams(location.search).get('mode') === 'finish' && broughtLink() !== '';
let leaving = false;

/** @param {string} email @param {string} password */
export async function withPassword(email, password) {
  await watchFor('password', () => signIn(email, password));
}

/** @param {string} email @param {string} password */
export async function newAccount(email, password) {
  await requirePolicy(password);
  try {
    await watchFor('password', () => signUp(email, password));
  } catch (error) {
    if (codeOf(error) !== 'auth/email-already-in-use') throw error;
    main.querySelector('[data-taken]')?.removeAttribute('hidden'); // the way on, as a link that keeps the address
    throw new Told('There is an account with this email address already.', 'email');
  }
}

/** The same words for every address: they must not tell which have an account (R49). @param {string} email */
export async function reset(email) {
  try {
    await watchFor('password', () => sendReset(email));
  } catch (error) {
    if (codeOf(error) !== 'auth/user-not-found') throw error;
  }
  return `If ${email} has an account here, an email with a link is on its way. Look in the spam folder too.`;
}

/** @param {string} email */
export async function askForLink(email) {
  await watchFor('emailLink', () => sendLink(email, next()));
  return `An email with a link is on its way to ${email}. Open it on this device to sign in here. `
    + 'Look in the spam folder too.';
}

/** @param {string} email */
export async function finishLink(email) {
  if (!finishing) throw new Told('This link is cut off. Ask for a new one.');
  try {
    await watchFor('emailLink', () => useLink(email, broughtLink(), false));
  } catch (error) {
    if (!auth.currentUser?.isAnonymous || !belongsToAnother(error)) throw error;
    if (await askToLeaveGuest('emailLink')) await useLink(email, broughtLink(), true);
  }
  finishing = false;
  if (auth.currentUser) await leave(auth.currentUser);
}

/** @param {string} id @param {(sentence: string) => unknown} tell */
export async function withProvider(id, tell) {
  await arrival; // a trip that came to nothing must be over before the next one starts
  try {
    await watchFor(id, () => signInWith(id, tell, pendingLink()?.provider));
  } catch (error) {
    if (!askForFormerWay(error)) throw explained(error, id);
  }
}

export async function asGuest() {
  await watchFor('anonymous', tryAsGuest);
}

/** @param {string} number @param {HTMLElement} place */
export function textCode(number, place) {
  return watchFor('phone', () => withVerifier(place, (verifier) => signInWithPhoneNumber(auth, number, verifier)));
}

/** @param {() => Promise<unknown>} confirm uses the code */
export async function withCode(confirm) {
  await watchFor('phone', confirm);
}

/** What a provider's errors mean beside what they say of passwords. @param {unknown} error @param {string} id */
function explained(error, id) {
  if (codeOf(error) !== 'auth/invalid-credential') return error;
  return new Told(`The answer of ${methodName(id)} could not be used. Try again, or choose another way.`);
}

/**
 * Asks for a sign-in by a method used before when a provider's email has an account here already. The person chooses,
 * since nobody may ask which methods an address has (email enumeration protection).
 * @param {unknown} error
 * @returns {boolean} false for every other error
 */
function askForFormerWay(error) {
  const pending = keepPending(error);
  if (!pending) return false;
  const name = methodName(pending.provider);
  set('h2', `Sign in once more to add ${name}`);
  set('p', `${pending.email} has an account here already, made in another way. Sign in below as you did before, and `
    + `${name} is added to it. Until then nothing has changed.`);
  main.dataset.linking = '';
  /** @type {HTMLElement} */ (main.querySelector('[data-reason]')).hidden = true;
  for (const button of main.querySelectorAll('[data-provider]')) {
    button.toggleAttribute('hidden', button.getAttribute('data-provider') === pending.provider);
  }
  showSignIn();
  const email = /** @type {HTMLInputElement | null} */ (document.getElementById('signin-email'));
  if (email) email.value = pending.email;
  notice.hidden = false;
  main.classList.remove('arriving'); // what is invisible takes no focus
  notice.focus();
  return true;
}

notice.querySelector('button')?.addEventListener('click', () => {
  forgetPending();
  notice.hidden = true;
  delete main.dataset.linking;
  for (const button of main.querySelectorAll('[data-provider]')) button.removeAttribute('hidden');
});

/** @param {string} selector @param {string} words */
function set(selector, words) {
  const place = notice.querySelector(selector);
  if (place) place.textContent = words;
}

/** Goes to the page's first form, by the link that other forms have to it. */
function showSignIn() {
  if (/** @type {HTMLElement} */ (main.querySelector('[data-mode=signin]')).hidden) {
    history.pushState(null, '', `/signin?${new URLSearchParams({ next: next() })}`);
    dispatchEvent(new PopStateEvent('popstate'));
  }
}

function next() {
  return nextPath(location.search, '/account');
}

/** Back from a provider's page, by redirect. */
async function arrive() {
  const trip = currentTrip();
  try {
    await watchFor(trip?.provider ?? '', tripResult);
    if (trip?.waiting && auth.currentUser) leaveNotice('trip-forgot', [trip.waiting]);
  } catch (error) {
    const place = main.querySelector('section:not([hidden]) [data-providers]');
    const id = providerOf(error) || trip?.provider || '';
    if (!askForFormerWay(error) && place) explainIn(place, explained(error, id));
  } finally {
    if (!auth.currentUser) main.classList.remove('arriving');
  }
}

/** Goes on, after what is left to do for whoever has just signed in. @param {User} user */
async function leave(user) {
  if (leaving) return;
  leaving = true;
  await addPending(user);
  const gone = takenOver(user);
  if (gone.length > 0) leaveNotice('removed', gone);
  remember(user);
  location.replace(next());
}

const arrival = currentTrip() === null ? Promise.resolve() : arrive();

// The page stays invisible (its space is kept) until it is sure that nobody is signed in already.
onUser(async (user) => {
  await arrival;
  if (user && !finishing) await leave(user);
  else main.classList.remove('pending');
});

if (finishing) {
  const email = rememberedEmail();
  const form = /** @type {HTMLFormElement} */ (document.getElementById('finish'));
  const input = form.querySelector('input');
  if (email && input) {
    input.value = email;
    form.requestSubmit();
  }
}
