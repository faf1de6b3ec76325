// The sign-in page: several forms of which the address shows one. This part needs no Firebase SDK, so the forms are there
// for use at once; what is sent before the SDK has arrived waits for it (pages/signin-flow.js).

import { Told } from '../ui/error-messages.js';
import { clear, onSubmit } from '../ui/form.js';
import { phoneForms } from '../auth/phone.js';
import { onPress } from '../ui/buttons.js';
import '../ui/reveal-password.js';
import { currentTrip } from '../auth/redirect.js';

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
  ['left-guest', 'You have left the guest account. Sign in to the account that you have.'],
]);

/** The rest of the page. @returns {Promise<typeof import('./signin-flow.js')>} */
async function flow() {
  try {
    return await import('./signin-flow.js');
  } catch {
    throw new Told('Part of this page did not arrive. Check your connection and reload the page.');
  }
}

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
  const email = emailInput()?.value ?? '';
  const target = new URL(link.href);
  const next = new URLSearchParams(location.search).get('next');
  if (next !== null) target.searchParams.set('next', next);
  history.pushState(null, '', target);
  showMode();
  const input = emailInput();
  if (input && email) input.value = email;
  if (input?.form) clear(input.form); // what it said was about an earlier try
  forgetTaken();
  (input ?? sections.find((section) => !section.hidden)?.querySelector('input'))?.focus();
}

/** @returns {HTMLInputElement | null | undefined} of the form that is shown */
function emailInput() {
  return sections.find((section) => !section.hidden)?.querySelector('input[type=email]');
}

/** Hides the link that pages/signin-flow.js shows when an address has an account already. */
function forgetTaken() {
  main.querySelector('[data-taken]')?.setAttribute('hidden', '');
}

function showReason() {
  const reason = reasons.get(new URLSearchParams(location.search).get('reason') ?? '');
  const place = /** @type {HTMLElement} */ (main.querySelector('[data-reason]'));
  place.textContent = reason ?? '';
  place.hidden = !reason;
}

/** @param {string} id @param {(email: string, password: string) => Promise<string | void>} action */
function form(id, action) {
  const element = /** @type {HTMLFormElement | null} */ (document.getElementById(id));
  if (!element) return; // a method that is not offered
  onSubmit(element, () => {
    const data = new FormData(element);
    return action(String(data.get('email')).trim(), String(data.get('password')));
  });
}

for (const link of main.querySelectorAll('a')) link.addEventListener('click', switchMode);
addEventListener('popstate', showMode);

form('signin', async (email, password) => (await flow()).withPassword(email, password));
form('signup', async (email, password) => (await flow()).newAccount(email, password));
document.getElementById('signup-email')?.addEventListener('input', forgetTaken);

form('reset', async (email) => (await flow()).reset(email));
form('link', async (email) => (await flow()).askForLink(email));
form('finish', async (email) => (await flow()).finishLink(email));
for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (main.querySelectorAll('[data-provider]'))) {
  const place = /** @type {HTMLElement} */ (button.closest('[data-providers]'));
  onPress(button, place, async (tell) => (await flow()).withProvider(button.dataset.provider ?? '', tell));
}
const guest = main.querySelector('[data-guest]');
const guestButton = guest?.querySelector('button');
if (guest && guestButton) onPress(guestButton, guest, async () => (await flow()).asGuest());
const phone = /** @type {HTMLElement | null} */ (main.querySelector('[data-phone]'));
if (phone) {
  phoneForms(phone, async (number) => (await flow()).textCode(number, phone), async (confirm) => (await flow()).withCode(confirm));
}
showMode();
showReason();

// Back from a provider's page: the forms stay away until it is known how that ended.
if (currentTrip()) {
  main.classList.add('arriving');
  flow().catch(() => main.classList.remove('arriving'));
}

// The back button may bring the page back as it was left: waiting for something that is over.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload();
});
