// The sign-in page: three forms of which the address shows one, and onward to ?next= once somebody is signed in.

import { onUser, sendReset, signIn, signUp } from './auth.js';
import { onSubmit } from './form.js';
import { nextPath } from './next.js';
import './policy.js';
import './reveal.js';

const main = /** @type {HTMLElement} */ (document.querySelector('[data-signin]'));
const sections = /** @type {HTMLElement[]} */ ([...main.querySelectorAll('section[data-mode]')]);

const appName = document.title.split(' · ').at(-1);

/** Why somebody lands here: ?reason= names one, and cannot bring words of its own. */
const reasons = new Map([
  ['signed-out', 'You are signed out.'],
  ['signed-out-everywhere', 'You are signed out on every device.'],
  ['session-ended', 'Your session has ended: you signed out elsewhere, or the account changed. Sign in again.'],
  ['disabled', 'This account has been disabled by an administrator.'],
  ['deleted', 'Your account and everything that belonged to it are deleted.'],
]);

/** Shows the form that ?mode= names, and gives every link on the page the ?next= of this one. */
function showMode() {
  const query = new URLSearchParams(location.search);
  const mode = query.get('mode') ?? 'signin';
  const chosen = sections.find((section) => section.dataset.mode === mode) ?? sections[0];
  for (const section of sections) section.hidden = section !== chosen;
  document.title = [chosen?.querySelector('h1')?.textContent, appName].join(' · ');
}

/** Switching forms keeps the page, and with it the email address typed so far. @param {MouseEvent} event */
function switchMode(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return; // wants a new tab or window
  const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
  event.preventDefault();
  const email = sections.find((section) => !section.hidden)?.querySelector('input')?.value ?? '';
  const target = new URL(link.href);
  const next = new URLSearchParams(location.search).get('next');
  if (next !== null) target.searchParams.set('next', next);
  history.pushState(null, '', target);
  showMode();
  const input = sections.find((section) => !section.hidden)?.querySelector('input');
  if (input) {
    input.value ||= email;
    input.focus();
  }
}

function showReason() {
  const reason = reasons.get(new URLSearchParams(location.search).get('reason') ?? '');
  const place = /** @type {HTMLElement} */ (main.querySelector('[data-reason]'));
  place.textContent = reason ?? '';
  place.hidden = !reason;
}

/** @param {string} id @param {(email: string, password: string) => Promise<string | void>} action */
function form(id, action) {
  const element = /** @type {HTMLFormElement} */ (document.getElementById(id));
  onSubmit(element, () => {
    const data = new FormData(element);
    return action(String(data.get('email')).trim(), String(data.get('password')));
  });
}

/** The same words for every address: they must not tell which have an account (R49). @param {string} email */
async function reset(email) {
  try {
    await sendReset(email);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'auth/user-not-found')) throw error;
  }
  return `If ${email} has an account here, an email with a link is on its way. Look in the spam folder too.`;
}

for (const link of main.querySelectorAll('a')) link.addEventListener('click', switchMode);
addEventListener('popstate', showMode);
form('signin', signIn);
form('signup', signUp);
form('reset', reset);
showMode();
showReason();

// The forms stay invisible (their space is kept) until it is sure that nobody is signed in already.
onUser((user) => {
  if (user) location.replace(nextPath(location.search, '/account'));
  else main.classList.remove('pending');
});
