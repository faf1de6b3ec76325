// The sign-in page: several forms, of which ?mode= shows one. This part runs without the Firebase
// SDK, so the forms work at once. What users submit before the SDK has loaded waits for it
// (signin-flow.js).

import { phoneForms } from '../auth/phone.js';
import { currentRedirect } from '../auth/redirect.js';
import { UserFacingError } from '../errors.js';
import { onClick } from '../ui/buttons.js';
import { setText, setVisible } from '../ui/dom.js';
import { clearMessages, onSubmit } from '../ui/form.js';
import '../ui/reveal-password.js';

const main = /** @type {HTMLElement} */ (document.querySelector('[data-signin]'));
const sections = /** @type {HTMLElement[]} */ ([...main.querySelectorAll('section[data-mode]')]);

const appName = document.title.split(' · ').at(-1);

/** What the page says by ?reason=. The query can only choose a sentence, not bring its own. */
const reasons = new Map([
  ['signed-out', "You're signed out."],
  ['signed-out-everywhere', "You're signed out on all devices."],
  [
    'session-ended',
    'Your session has ended: you signed out elsewhere, or your account changed. Sign in again.',
  ],
  ['disabled', 'This account has been disabled by an administrator.'],
  ['deleted', 'Your account and all its data have been deleted.'],
  ['left-guest', 'You left the guest account. Now sign in to your other account.'],
]);

/** @type {typeof import('./signin-flow.js') | undefined} */
let loadedFlow;

/** Loads the part that needs the SDK. @returns {Promise<typeof import('./signin-flow.js')>} */
async function flow() {
  try {
    return (loadedFlow ??= await import('./signin-flow.js'));
  } catch {
    throw new UserFacingError(
      "Part of this page didn't load. Check your connection and reload the page.",
    );
  }
}

/** Shows the form that ?mode= names. */
function showMode() {
  const mode = new URLSearchParams(location.search).get('mode') ?? 'signin';
  const chosen = sections.find((section) => section.dataset.mode === mode) ?? sections[0];
  for (const section of sections) section.hidden = section !== chosen;
  document.title = [chosen?.querySelector('h1')?.textContent, appName].join(' · ');
}

/**
 * Switches forms without leaving the page, which keeps ?next= and the email address.
 * @param {MouseEvent} event
 */
function switchMode(event) {
  // The user wants a new tab or window.
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
  const email = emailInput()?.value ?? '';
  const target = new URL(link.href);
  const next = new URLSearchParams(location.search).get('next');
  if (next !== null) target.searchParams.set('next', next);
  history.pushState(null, '', target);
  showMode();
  const input = emailInput();
  if (input && email) input.value = email;
  if (input?.form) clearMessages(input.form); // they were about an earlier attempt
  hideTaken();
  (input ?? shownSection()?.querySelector('input'))?.focus();
}

function shownSection() {
  return sections.find((section) => !section.hidden);
}

/** @returns {HTMLInputElement | null | undefined} of the form that is shown */
function emailInput() {
  return shownSection()?.querySelector('input[type=email]');
}

/** Hides the link that signin-flow.js shows if an email address already has an account. */
function hideTaken() {
  setVisible(main, '[data-taken]', false);
}

function showReason() {
  const reason = reasons.get(new URLSearchParams(location.search).get('reason') ?? '');
  setText(main, '[data-reason]', reason ?? '');
  setVisible(main, '[data-reason]', reason !== undefined);
}

/**
 * @param {string} id
 * @param {(email: string, password: string) => Promise<string | void>} action
 */
function onFormSubmit(id, action) {
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById(id));
  if (!form) return; // the method isn't offered
  onSubmit(form, () => {
    const data = new FormData(form);
    return action(String(data.get('email')).trim(), String(data.get('password')));
  });
}

for (const link of main.querySelectorAll('section[data-mode] a')) {
  link.addEventListener('click', /** @type {EventListener} */ (switchMode));
}
addEventListener('popstate', showMode);

onFormSubmit('signin', async (email, password) => (await flow()).signIn(email, password));
onFormSubmit('signup', async (email, password) => (await flow()).signUp(email, password));
document.getElementById('signup-email')?.addEventListener('input', hideTaken);
onFormSubmit('reset', async (email) => (await flow()).requestPasswordReset(email));
onFormSubmit('link', async (email) => (await flow()).requestEmailLink(email));
onFormSubmit('finish', async (email) => (await flow()).finishEmailLink(email));

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (
  main.querySelectorAll('[data-provider]')
)) {
  const place = /** @type {HTMLElement} */ (button.closest('[data-providers]'));
  onClick(button, place, async (showNote) =>
    (await flow()).signInWithProvider(button.dataset.provider ?? '', showNote),
  );
}

const guest = main.querySelector('[data-guest]');
const guestButton = guest?.querySelector('button');
if (guest && guestButton) onClick(guestButton, guest, async () => (await flow()).signInAsGuest());

const phone = /** @type {HTMLElement | null} */ (main.querySelector('[data-phone]'));
if (phone) {
  phoneForms(
    phone,
    async (number) => (await flow()).sendPhoneCode(number, phone),
    async (confirm) => (await flow()).signInWithPhoneCode(confirm),
  );
}

// A provider's window must open at once (see prepareProviders), and import() takes a moment even for
// a module that is there.
addEventListener('load', () => flow().catch(() => undefined));

showMode();
showReason();

// The forms are hidden until this module can handle them. Back from a provider's page, they stay
// hidden until it is clear how the redirect ended.
if (currentRedirect()) flow().catch(() => main.classList.remove('arriving'));
else main.classList.remove('arriving');

// The back button may restore the page from memory, still waiting for a request that is over.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload();
});
