// The sign-in methods of the account: shows the connected ones, connects more, and removes all
// but the last.

import {
  EmailAuthProvider,
  linkWithCredential,
  linkWithPhoneNumber,
  PhoneAuthProvider,
  unlink,
} from '../../firebase/firebase.js';
import { call } from '../api.js';
import { sendEmailLink } from '../auth/email-link.js';
import { confirmSwitchFromGuest, isUsedElsewhere, switchAccount } from '../auth/guest.js';
import {
  isPasswordOrLink,
  isProvider,
  linkedMethodName,
  methodName,
} from '../auth/method-names.js';
import { phoneForms } from '../auth/phone.js';
import { completeRedirect, credentialOf, linkWith, providerOf } from '../auth/providers.js';
import { withRecentSignIn } from '../auth/reauthenticate.js';
import { withRecaptcha } from '../auth/recaptcha.js';
import { currentRedirect } from '../auth/redirect.js';
import { reportIfDisabled } from '../auth/report-disabled-method.js';
import { auth, signedInUser, signOut } from '../auth/session.js';
import { config } from '../config.js';
import { errorCode, UserFacingError } from '../errors.js';
import { onClick } from '../ui/buttons.js';
import { askToConfirm } from '../ui/confirm.js';
import { formById, inputById, setText, setVisible } from '../ui/dom.js';
import { onSubmit } from '../ui/form.js';
import { showError, showMessage } from '../ui/messages.js';
import { showNotice } from '../ui/notice.js';
import { fillProfile } from './fill-profile.js';
import { showPhoto } from './user-details.js';

/**
 * @typedef {import('../../firebase/firebase.js').User} User
 * @typedef {import('../../firebase/firebase.js').UserInfo} UserInfo
 */

const place = /** @type {HTMLElement} */ (document.querySelector('[data-methods]'));
const list = /** @type {HTMLElement} */ (place.querySelector('ul'));
const rows = /** @type {HTMLElement[]} */ ([...place.querySelectorAll('[data-method]')]);

/** Settles when a redirect has finished. The next one must not start before. */
let redirectDone = Promise.resolve();

/** Runs once, after the page has been filled. */
export function startMethods() {
  redirectDone = finishRedirect();
  showNotice(/** @type {HTMLElement} */ (document.querySelector('[data-notice]')));
}

/** Shows the connected methods, from the SDK's user, which is the first to know of a change. */
export function showMethods() {
  const user = auth.currentUser;
  if (!user) return; // the session has ended, and the page is about to close
  for (const row of rows) showRow(row, user);
  const email = inputById('add-password-email');
  email.value ||= user.email ?? '';
  email.readOnly = Boolean(user.email);
  setVisible(document, '[data-guest-banner]', user.isAnonymous);
  list.ariaBusy = 'false';
}

/** @param {HTMLElement} row @param {User} user */
function showRow(row, user) {
  const id = row.dataset.method ?? '';
  const info = user.providerData.find(({ providerId }) => providerId === id);
  row.hidden = !info && !isOffered(id, user);
  setText(row, 'strong', info ? linkedMethodName(id) : methodName(id));
  setText(row, '[data-method-detail]', info ? describeConnected(info, user) : describeMissing(id));
  showPhoto(
    /** @type {HTMLImageElement} */ (row.querySelector('[data-method-photo]')),
    info?.photoURL ?? '',
  );
  setVisible(row, '[data-link]', !info);
  setVisible(row, '[data-unlink]', Boolean(info) && user.providerData.length > 1);
  row.querySelector('[data-unlink]')?.setAttribute('aria-label', `Remove ${linkedMethodName(id)}`);
  if (info) setVisible(row, '[data-drawer]', false);
}

/** @param {string} id @param {User} user */
function isOffered(id, user) {
  return config.methods.includes(id) && !(id === 'emailLink' && user.email);
}

/** @param {UserInfo} info @param {User} user */
function describeConnected(info, user) {
  // The platform's own methods only repeat the account's name.
  const name = isProvider(info.providerId) ? info.displayName : '';
  const details = [
    name,
    info.email ?? info.phoneNumber,
    isPasswordOrLink(info.providerId) && 'with a password or a link',
  ]
    .filter(Boolean)
    .join(', ');
  if (user.providerData.length > 1) return details || 'Connected';
  return [details && `${details}.`, 'Your only sign-in method.'].filter(Boolean).join(' ');
}

/** @param {string} id */
function describeMissing(id) {
  return id === 'password' ? 'No password yet' : 'Not connected';
}

/**
 * Connects a method, or deals with the other account that has it.
 * @param {string} id of the method
 * @param {(user: User) => Promise<unknown>} link
 * @returns {Promise<string>} the message to show
 */
async function connect(id, link) {
  const user = signedInUser();
  try {
    await reportIfDisabled(id, () => withRecentSignIn(() => link(user)));
  } catch (error) {
    return handleLinkError(error, id, user);
  }
  return afterConnecting(id);
}

/** @param {string} id */
async function afterConnecting(id) {
  const user = signedInUser();
  await user.reload();
  await fillProfile(user, id);
  await refreshPage(user);
  if (id === 'password') return 'Your password is saved. You can now sign in with it.';
  return `${methodName(id)} is now connected to this account.`;
}

/**
 * Refreshes the token, because its claims may have changed (a guest's say "anonymous"). The new
 * token makes every part of the page update.
 * @param {User} user
 */
async function refreshPage(user) {
  await user.getIdToken(true);
  showMethods();
}

/**
 * @param {unknown} error
 * @param {string} id
 * @param {User} user
 * @returns {Promise<string>} the message to show
 */
async function handleLinkError(error, id, user) {
  if (errorCode(error) === 'auth/invalid-credential' && isProvider(id)) {
    throw new UserFacingError(`Connecting ${methodName(id)} failed. Try again.`);
  }
  if (!isUsedElsewhere(error)) throw error;
  if (!user.isAnonymous) throw explainUsedElsewhere(error, id);
  if (!(await confirmSwitchFromGuest(id))) return "Nothing was changed. You're still a guest.";
  const credential =
    id === 'phone'
      ? PhoneAuthProvider.credentialFromError(/** @type {any} */ (error))
      : credentialOf(error);
  if (!(await switchAccount(error, credential))) await signOut('left-guest');
  return '';
}

/** @param {unknown} error @param {string} id @returns {unknown} the error to throw */
function explainUsedElsewhere(error, id) {
  if (id === 'phone') {
    return new UserFacingError(
      'Another account already uses this phone number. Use a different one, or sign in to that ' +
        'account.',
    );
  }
  if (errorCode(error) !== 'auth/email-already-in-use' || id === 'password') return error;
  return new UserFacingError(
    `The email address of this ${methodName(id)} account belongs to another account, ` +
      "so it can't be connected to this one.",
  );
}

/** @param {string} id @returns {Promise<string | void>} the message to show */
async function removeMethod(id) {
  const name = linkedMethodName(id);
  const confirmed = await askToConfirm({
    heading: `Remove ${name}?`,
    text: "You can still sign in with your other methods, and connect this one again. You'll lose:",
    losses: [`the option to sign in with ${isProvider(id) ? name : name.toLowerCase()}`],
    button: 'Remove',
  });
  if (!confirmed) return;
  const user = signedInUser();
  // Another tab may have removed a method since. The SDK's user doesn't show that: its reload()
  // only adds methods.
  const { data } = await call('GET', '/api/account');
  if (data.user.providers.length < 2) {
    throw new UserFacingError(
      "This is your only sign-in method, so it can't be removed. Connect another one first.",
    );
  }
  await withRecentSignIn(() => unlink(user, id));
  await refreshPage(user);
  return `${name} was removed from this account.`;
}

/** Handles the return from the page of a provider that was to be connected. */
async function finishRedirect() {
  const redirect = currentRedirect();
  if (redirect?.purpose !== 'link') return;
  try {
    await reportIfDisabled(redirect.provider, completeRedirect);
    showMessage(place, await afterConnecting(redirect.provider));
  } catch (error) {
    const user = auth.currentUser;
    const id = providerOf(error) || redirect.provider;
    if (!user) return;
    await handleLinkError(error, id, user).then(
      (message) => showMessage(place, message),
      (problem) => showError(place, problem),
    );
  }
}

for (const row of rows) {
  const id = row.dataset.method ?? '';
  const linkButton = /** @type {HTMLButtonElement} */ (row.querySelector('[data-link]'));
  const unlinkButton = /** @type {HTMLButtonElement} */ (row.querySelector('[data-unlink]'));
  onClick(unlinkButton, place, () => removeMethod(id));
  if (isProvider(id)) {
    onClick(linkButton, place, async (showNote) => {
      await redirectDone;
      return connect(id, (user) => linkWith(user, id, showNote));
    });
  } else {
    linkButton.addEventListener('click', () => toggleDrawer(row, linkButton));
  }
}

/** @param {HTMLElement} row @param {HTMLButtonElement} button */
function toggleDrawer(row, button) {
  const drawer = /** @type {HTMLElement | null} */ (row.querySelector('[data-drawer]'));
  if (!drawer) return;
  drawer.hidden = !drawer.hidden;
  button.ariaExpanded = String(!drawer.hidden);
  /** @type {HTMLInputElement | null} */ (drawer.querySelector('input:not([readonly])'))?.focus();
}

const passwordForm = formById('add-password');
onSubmit(passwordForm, async () => {
  const data = new FormData(passwordForm);
  const credential = EmailAuthProvider.credential(
    String(data.get('email')).trim(),
    String(data.get('password')),
  );
  const message = await connect('password', (user) => linkWithCredential(user, credential));
  passwordForm.reset();
  showMessage(place, message);
});

const emailForm = formById('add-email');
onSubmit(emailForm, async () => {
  const email = String(new FormData(emailForm).get('email')).trim();
  await reportIfDisabled('emailLink', () => sendEmailLink(email, '/account'));
  return `We sent a link to ${email}. Open it in this browser to connect the email address.`;
});

const phone = /** @type {HTMLElement} */ (place.querySelector('[data-phone]'));
const phoneSteps = phoneForms(
  phone,
  (number) =>
    reportIfDisabled('phone', () =>
      withRecaptcha(phone, (verifier) => linkWithPhoneNumber(signedInUser(), number, verifier)),
    ),
  async (confirm) => {
    const message = await connect('phone', confirm);
    phoneSteps.reset();
    showMessage(place, message);
  },
);
