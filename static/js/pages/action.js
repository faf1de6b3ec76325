// /auth/action: what the links in emails lead to. Opening one only asks what it is for; what it is for happens when a
// person presses the button, because mail scanners open links too, and some of them run scripts.

import {
  applyActionCode,
  checkActionCode,
  confirmPasswordReset,
  sendEmailVerification,
  sendPasswordResetEmail,
} from '../../firebase/firebase.js';
import { failures, kinds } from './action-texts.js';
import { auth, signOut } from '../auth/session.js';
import { config } from '../config.js';
import { completeEmailLink } from '../auth/email-link.js';
import { describe } from '../ui/error-messages.js';
import { onSubmit } from '../ui/form.js';
import { nextPath } from '../auth/return-path.js';
import { requirePolicy } from '../auth/password-policy.js';
import '../ui/reveal-password.js';

/** @typedef {import('../../firebase/firebase.js').ActionCodeInfo} Info */

/**
 * @typedef {object} End
 * @property {string} heading
 * @property {string} text
 * @property {string} button
 * @property {() => Promise<string | void>} next what the button does; a sentence it returns is shown
 */

const main = /** @type {HTMLElement} */ (document.querySelector('[data-action]'));
const query = new URLSearchParams(location.search);
const mode = query.get('mode') ?? '';
const code = query.get('oobCode') ?? '';

// The code is a secret until it is used: not for the address bar, the history, or whoever looks over a shoulder.
history.replaceState(null, '', location.pathname);

/** @type {() => Promise<string | void>} */
let next = async () => undefined;

async function start() {
  const kind = Object.hasOwn(kinds, mode) ? kinds[mode] : undefined;
  if (query.get('apiKey') && query.get('apiKey') !== config.apiKey) return fail('wrong-project');
  if (mode === 'signIn') return completeEmailLink(query);
  if (!kind || !code || !query.get('apiKey')) return fail('malformed');
  try {
    const info = await checkActionCode(auth, code);
    await auth.authStateReady();
    if (info.operation !== kind.operation) return fail('malformed');
    if (mode === 'resetPassword') askForPassword(info);
    else ask(kind, info);
  } catch (error) {
    failWith(error);
  }
}

/** @param {import('./action-texts.js').Kind} kind @param {Info} info */
function ask(kind, info) {
  const section = step('confirm');
  const { email, previousEmail } = info.data;
  say(section, 'h1', kind.heading);
  say(section, '[data-text]', kind.text(email ?? '', previousEmail ?? ''));
  say(section, 'button', kind.button);
  note(section, (mode === 'verifyEmail' ? email : previousEmail) ?? '');
  show(section);
  onSubmit(form('action-confirm'), async () => {
    await attempt(() => applyActionCode(auth, code), () => applied(kind, info));
  });
}

/** @param {import('./action-texts.js').Kind} kind @param {Info} info */
async function applied(kind, info) {
  const email = info.data.email ?? '';
  await syncSession();
  const done = { heading: kind.done, text: kind.after(email, info.data.previousEmail ?? '') };
  if (mode === 'recoverEmail') {
    return end({ ...done, button: 'Email me a link for a new password', next: async () => {
      await sendPasswordResetEmail(auth, email);
      return `An email is on its way to ${email}.`;
    } });
  }
  end({ ...done, ...onward(email) });
}

/** @param {Info} info */
function askForPassword(info) {
  const section = step('reset');
  const email = info.data.email ?? '';
  input('action-email').value = email;
  note(section, email);
  show(section);
  onSubmit(form('action-reset'), async () => {
    await requirePolicy(input('action-password').value);
    await attempt(() => confirmPasswordReset(auth, code, input('action-password').value), async () => {
      await syncSession();
      end({ heading: 'Your new password is set', text: 'Every device is signed out. Sign in with the new password.', ...onward(email) });
    });
  });
}

/**
 * A link may have died between opening the page and pressing the button. That ends the visit; what is wrong with the
 * password is said beside it.
 * @param {() => Promise<void>} act @param {() => Promise<void>} then
 */
async function attempt(act, then) {
  try {
    await act();
  } catch (error) {
    if (!Object.hasOwn(failures, codeOf(error))) throw error;
    return failWith(error);
  }
  await then();
}

/** The session of this browser may have changed or ended with the link; every tab hears of it. */
async function syncSession() {
  await auth.currentUser?.reload().then(() => auth.currentUser?.getIdToken(true)).catch(() => undefined);
}

/** The last button: to the account, or to signing in as the person whom the link is for. @param {string} email */
function onward(email) {
  const user = auth.currentUser;
  const target = continuePath();
  if (user?.email === email) return { button: 'Go on', next: async () => location.assign(target) };
  return { button: user ? `Sign out and sign in as ${email}` : 'Sign in', next: async () => {
    if (user) await signOut();
    location.assign(`/signin?${new URLSearchParams({ next: target })}`);
  } };
}

/** Where the email was asked for, if that was on this site. */
function continuePath() {
  const wanted = query.get('continueUrl') ?? '';
  if (!URL.canParse(wanted)) return '/account';
  const { origin, pathname, search } = new URL(wanted);
  if (origin !== location.origin) return '/account';
  return nextPath(`?${new URLSearchParams({ next: pathname + search })}`, '/account');
}

/** @param {unknown} error */
function failWith(error) {
  const known = codeOf(error);
  if (Object.hasOwn(failures, known)) return fail(known);
  end({ heading: 'This could not be checked', text: describe(error).message, button: 'Try again', next: start });
}

/** @param {string} why a key of failures */
async function fail(why) {
  await auth.authStateReady();
  const { heading, text } = failures[why] ?? { heading: '', text: '' };
  const user = auth.currentUser;
  await user?.reload().catch(() => undefined);
  if (mode === 'verifyEmail' && user?.emailVerified && why === 'auth/invalid-action-code') {
    return end({ heading: 'Your address is verified', text: `${user.email} was verified already. There is nothing left to do.`,
      button: 'Go on', next: async () => location.assign('/account') });
  }
  if (mode === 'verifyEmail' && user?.email && !user.emailVerified && why !== 'wrong-project') {
    return end({ heading, text, button: 'Send a new link', next: async () => {
      await sendEmailVerification(user, { url: `${location.origin}/account` });
      return `A new email is on its way to ${user.email}.`;
    } });
  }
  const way = mode === 'resetPassword' && !user && why !== 'wrong-project'
    ? { button: 'Ask for a new link', path: '/signin?mode=reset' }
    : { button: user ? 'Go to your account' : 'Sign in', path: user ? '/account' : '/signin' };
  end({ heading, text, button: way.button, next: async () => location.assign(way.path) });
}

/** @param {End} end */
function end({ heading, text, button, next: action }) {
  const section = step('end');
  say(section, 'h1', heading);
  say(section, '[data-text]', text);
  say(section, 'button', button);
  next = action;
  show(section);
}

onSubmit(form('action-next'), () => next());

/** Says so when somebody else is signed in here. @param {HTMLElement} section @param {string} email whom the link is for */
function note(section, email) {
  const user = auth.currentUser;
  const place = /** @type {HTMLElement} */ (section.querySelector('[data-note]'));
  place.hidden = !user || user.email === email || !email;
  place.textContent = `You are signed in here as ${user?.email ?? 'somebody else'}. This link is for ${email} and changes that account only.`;
}

/** @param {string} name @returns {HTMLElement} */
function step(name) {
  return /** @type {HTMLElement} */ (main.querySelector(`[data-step=${name}]`));
}

/** @param {HTMLElement} section becomes the one that is shown; its heading gets the focus, and so is read out */
function show(section) {
  for (const other of main.querySelectorAll('section')) other.hidden = other !== section;
  main.classList.remove('pending');
  const heading = section.querySelector('h1');
  document.title = [heading?.textContent, document.title.split(' · ').at(-1)].join(' · ');
  heading?.focus();
}

/** @param {HTMLElement} section @param {string} selector @param {string} words */
function say(section, selector, words) {
  const place = section.querySelector(selector);
  if (place) place.textContent = words;
}

/** @param {string} id */
function form(id) {
  return /** @type {HTMLFormElement} */ (document.getElementById(id));
}

/** @param {string} id */
function input(id) {
  return /** @type {HTMLInputElement} */ (document.getElementById(id));
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

start();
