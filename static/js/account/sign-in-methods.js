// What can open the account: what is linked, linking more, and unlinking all but the last.

import { EmailAuthProvider, linkWithCredential, linkWithPhoneNumber, PhoneAuthProvider, unlink } from '../../firebase/firebase.js';
import { askToLeaveGuest, belongsToAnother, switchAccount } from '../auth/guest.js';
import { call } from '../api.js';
import { auth, signOut } from '../auth/session.js';
import { config } from '../config.js';
import { confirmed } from '../ui/confirm.js';
import { sendLink } from '../auth/email-link.js';
import { codeOf, Told } from '../ui/error-messages.js';
import { fillProfile } from './fill-profile.js';
import { onSubmit } from '../ui/form.js';
import { methodsOf, remember } from '../auth/seen-methods.js';
import { isAnyEmail, isProvider, linkedName, methodName } from '../auth/method-names.js';
import { showNotice } from '../ui/notice.js';
import { phoneForms } from '../auth/phone.js';
import { onPress, explainIn, sayIn } from '../ui/buttons.js';
import { credentialOf, depart, linkWith, providerOf, tripResult } from '../auth/providers.js';
import { withRecentSignIn } from '../auth/reauthenticate.js';
import { withVerifier } from '../auth/recaptcha.js';
import { watchFor } from '../auth/report-disabled-method.js';
import { currentTrip } from '../auth/redirect.js';

/** @typedef {import('../../firebase/firebase.js').User} User */

const place = /** @type {HTMLElement} */ (document.querySelector('[data-methods]'));
const list = /** @type {HTMLElement} */ (place.querySelector('ul'));
const rows = /** @type {HTMLElement[]} */ ([...place.querySelectorAll('[data-method]')]);

/** Settles when a trip to a provider's page is over; the next one must not start before. */
let travelling = Promise.resolve();

/** What happens once, when the page is filled. */
export function startMethods() {
  travelling = travel();
  showNotice(/** @type {HTMLElement} */ (document.querySelector('[data-account-notice]')));
}

function signedIn() {
  if (!auth.currentUser) throw new Told('Your session has ended. Sign in again.');
  return auth.currentUser;
}

/** Shows which methods there are, from the SDK's user: it knows of a change before anybody else. */
export function showMethods() {
  const user = auth.currentUser;
  if (!user) return; // the page is going away
  const linked = methodsOf(user);
  for (const row of rows) {
    const id = row.dataset.method ?? '';
    const info = user.providerData.find(({ providerId }) => providerId === id);
    row.hidden = !info && !offered(id, user);
    text(row, 'strong', info ? linkedName(id) : methodName(id));
    text(row, '[data-method-detail]', info ? detail(info, user) : absence(id));
    photo(row, info?.photoURL ?? '');
    toggle(row, '[data-link]', !info);
    toggle(row, '[data-unlink]', Boolean(info) && linked.length > 1);
    row.querySelector('[data-unlink]')?.setAttribute('aria-label', `Unlink ${linkedName(id)}`);
    if (info) toggle(row, '[data-drawer]', false);
  }
  const email = /** @type {HTMLInputElement} */ (document.getElementById('add-password-email'));
  email.value ||= user.email ?? '';
  email.readOnly = Boolean(user.email);
  toggle(document.body, '[data-guest-banner]', user.isAnonymous);
  list.ariaBusy = 'false';
  remember(user);
}

/** @param {string} id @param {User} user */
function offered(id, user) {
  return config.methods.includes(id) && !(id === 'emailLink' && user.email);
}

/** @param {import('../../firebase/firebase.js').UserInfo} info @param {User} user */
function detail(info, user) {
  const name = isProvider(info.providerId) ? info.displayName : ''; // the others only repeat the account's own
  const names = [name, info.email ?? info.phoneNumber, isAnyEmail(info.providerId) && 'with a password or a link']
    .filter(Boolean).join(', ');
  const only = methodsOf(user).length === 1 ? 'The only way into this account.' : '';
  return [names && (only ? `${names}.` : names), only].filter(Boolean).join(' ') || 'Linked';
}

/** @param {string} id */
function absence(id) {
  return id === 'password' ? 'No password yet' : 'Not linked';
}

/** @param {HTMLElement} row @param {string} url of the provider; the page's policy limits the hosts */
function photo(row, url) {
  const image = /** @type {HTMLImageElement} */ (row.querySelector('[data-method-photo]'));
  image.hidden = true;
  image.onload = () => (image.hidden = false);
  if (URL.canParse(url) && new URL(url).protocol === 'https:') image.src = url;
  else image.removeAttribute('src');
}

/** @param {Element} root @param {string} selector @param {string} words */
function text(root, selector, words) {
  const found = root.querySelector(selector);
  if (found) found.textContent = words;
}

/** @param {Element} root @param {string} selector @param {boolean} shown */
function toggle(root, selector, shown) {
  const found = /** @type {HTMLElement | null} */ (root.querySelector(selector));
  if (found) found.hidden = !shown;
}

/**
 * Links, and deals with what belongs to another account.
 * @param {string} id of the method
 * @param {(user: User) => Promise<unknown>} action
 * @returns {Promise<string>} what is announced
 */
async function link(id, action) {
  const user = signedIn();
  try {
    await watchFor(id, () => withRecentSignIn(() => action(user)));
  } catch (error) {
    return resolve(error, id, user);
  }
  return linked(id);
}

/** @param {string} id */
async function linked(id) {
  const user = signedIn();
  await user.reload();
  await fillProfile(user, id);
  await spread(user);
  return `${methodName(id)} now opens this account too.`;
}

/** A new token says what the account is now (a guest's said "anonymous"), and makes the whole page show it. @param {User} user */
async function spread(user) {
  await user.getIdToken(true);
  showMethods();
}

/** @param {unknown} error @param {string} id @param {User} user @returns {Promise<string>} */
async function resolve(error, id, user) {
  if (codeOf(error) === 'auth/invalid-credential' && isProvider(id)) {
    throw new Told(`The answer of ${methodName(id)} could not be used. Try again.`);
  }
  if (!belongsToAnother(error)) throw error;
  if (!user.isAnonymous) {
    if (id === 'phone') throw new Told('This number already opens another account here. Use another, or sign in to that one.');
    if (codeOf(error) !== 'auth/email-already-in-use' || id === 'password') throw error;
    throw new Told(`The email address of this ${methodName(id)} account belongs to another account here. `
      + 'So it cannot be linked to this one.');
  }
  if (!(await askToLeaveGuest(id))) return 'Nothing has changed. You are still a guest.';
  const credential = id === 'phone' ? PhoneAuthProvider.credentialFromError(/** @type {any} */ (error)) : credentialOf(error);
  if (!(await switchAccount(error, credential))) await signOut('left-guest');
  return '';
}

/** @param {string} id */
async function unlinkMethod(id) {
  const name = linkedName(id);
  const sure = await confirmed({
    heading: `Unlink ${name}?`,
    text: 'Your other ways to sign in stay, and you can link this one again. Gone will be:',
    losses: [`signing in to this account with: ${name}`],
    button: 'Unlink',
  });
  if (!sure) return;
  const user = signedIn();
  // Another tab may have unlinked something since. The SDK's user cannot tell: its reload() only ever adds methods.
  const { data } = await call('GET', '/api/account');
  if (data.user.providers.length < 2) {
    throw new Told('This is the only way into this account that is left, so it stays. Link another first.');
  }
  await withRecentSignIn(() => unlink(user, id));
  await spread(user);
  return `${name} no longer opens this account.`;
}

/** On the way to a provider's page by redirect, or back. */
async function travel() {
  const trip = currentTrip();
  try {
    if (trip?.leaving) await watchFor(trip.provider, () => depart(signedIn(), trip));
    const result = await watchFor(trip?.provider ?? '', tripResult);
    if (result && trip?.purpose === 'link') sayIn(place, await linked(trip.provider));
  } catch (error) {
    const user = auth.currentUser;
    const id = providerOf(error) || trip?.provider || '';
    if (user) await resolve(error, id, user).then((said) => sayIn(place, said), (problem) => explainIn(place, problem));
  }
}

for (const row of rows) {
  const id = row.dataset.method ?? '';
  const linkButton = /** @type {HTMLButtonElement} */ (row.querySelector('[data-link]'));
  const unlinkButton = /** @type {HTMLButtonElement} */ (row.querySelector('[data-unlink]'));
  const drawer = /** @type {HTMLElement | null} */ (row.querySelector('[data-drawer]'));
  onPress(unlinkButton, place, () => unlinkMethod(id));
  if (isProvider(id)) {
    onPress(linkButton, place, async (tell) => {
      await travelling;
      return link(id, (user) => linkWith(user, id, tell));
    });
  } else {
    linkButton.addEventListener('click', () => {
      if (drawer) drawer.hidden = !drawer.hidden;
      linkButton.ariaExpanded = String(!drawer?.hidden);
      /** @type {HTMLInputElement | null | undefined} */ (drawer?.querySelector('input:not([readonly])'))?.focus();
    });
  }
}

const passwordForm = /** @type {HTMLFormElement} */ (document.getElementById('add-password'));
onSubmit(passwordForm, async () => {
  const data = new FormData(passwordForm);
  const credential = EmailAuthProvider.credential(String(data.get('email')).trim(), String(data.get('password')));
  const said = await link('password', (user) => linkWithCredential(user, credential));
  passwordForm.reset();
  sayIn(place, said);
});

const emailForm = /** @type {HTMLFormElement} */ (document.getElementById('add-email'));
onSubmit(emailForm, async () => {
  const email = String(new FormData(emailForm).get('email')).trim();
  await watchFor('emailLink', () => sendLink(email, '/account'));
  return `An email with a link is on its way to ${email}. Open it in this browser.`;
});

const phone = /** @type {HTMLElement} */ (place.querySelector('[data-phone]'));
const phoneSteps = phoneForms(
  phone,
  (number) => watchFor('phone', () => withVerifier(phone, (verifier) => linkWithPhoneNumber(signedIn(), number, verifier))),
  async (confirm) => {
    const said = await link('phone', confirm);
    phoneSteps.reset();
    sayIn(place, said);
  },
);
