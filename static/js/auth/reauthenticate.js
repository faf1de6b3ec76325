// The dialog for everything that needs a recent sign-in. It offers the methods that the user
// signs in with, and then the interrupted action continues.

import {
  EmailAuthProvider,
  onIdTokenChanged,
  reauthenticateWithCredential,
  reauthenticateWithPhoneNumber,
} from '../../firebase/firebase.js';
import { ApiError, errorCode, UserFacingError } from '../errors.js';
import { closeDialog, openDialog } from '../ui/dialog.js';
import { formById, inputById, setText, setVisible } from '../ui/dom.js';
import { describeError } from '../ui/error-messages.js';
import { clearMessages, onSubmit, runForm } from '../ui/form.js';
import { showMessage } from '../ui/messages.js';
import { startConfirming, stopConfirming } from './confirmation-link.js';
import { sendEmailLink } from './email-link.js';
import { isProvider, methodName, methodsOf } from './method-names.js';
import {
  completeRedirect,
  needsRedirect,
  prepareProviders,
  reauthenticateWith,
} from './providers.js';
import { withRecaptcha } from './recaptcha.js';
import { currentRedirect } from './redirect.js';
import { auth, signedInUser } from './session.js';

/**
 * @typedef {import('../../firebase/firebase.js').User} User
 * @typedef {import('../../firebase/firebase.js').ConfirmationResult} ConfirmationResult
 */

const wrongPassword = [
  'auth/invalid-credential',
  'auth/invalid-login-credentials',
  'auth/wrong-password',
];

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById('reauth'));

// Absent where the app doesn't offer email links.
const linkForm = /** @type {HTMLFormElement | null} */ (dialog.querySelector('[data-way=link]'));

/** Closes the dialog after a sign-in; set while it is open. @type {(() => void) | null} */
let finish = null;

/** The dialog's result while it is open. Several actions may wait for it. */
let signingInAgain = /** @type {Promise<void> | null} */ (null);

/** The text message that waits for its code. @type {ConfirmationResult | null} */
let confirmation = null;

/**
 * Runs the action. If it fails because the last sign-in is too old, asks the user to sign in and
 * runs it again. Throws what the action throws, and reauth/cancelled if the user doesn't sign in.
 * @template T
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withRecentSignIn(action) {
  try {
    return await action();
  } catch (error) {
    if (!needsRecentSignIn(error)) throw error;
    signingInAgain ??= signInAgain().finally(() => {
      signingInAgain = null;
    });
    await signingInAgain;
    return action();
  }
}

/** @param {unknown} error */
function needsRecentSignIn(error) {
  return (
    errorCode(error) ===
    (error instanceof ApiError ? 'reauth_required' : 'auth/requires-recent-login')
  );
}

/** @returns {Promise<void>} */
async function signInAgain() {
  const user = signedInUser();
  const { authTime } = await user.getIdTokenResult();
  showMethods(user);
  return new Promise((resolve, reject) => {
    let done = false;
    finish = () => {
      done = true;
      closeDialog(dialog);
    };
    // An email link opens in another tab. Signing in there counts too, because all tabs share the
    // session.
    const stop = onIdTokenChanged(auth, async (now) => {
      if (now?.uid !== user.uid) return closeDialog(dialog);
      if ((await now.getIdTokenResult()).authTime !== authTime) finish?.();
    });
    dialog.addEventListener(
      'close',
      () => {
        stop();
        finish = null;
        stopConfirming();
        if (done) resolve();
        else
          reject(
            Object.assign(new Error('the user did not sign in again'), {
              code: 'reauth/cancelled',
            }),
          );
      },
      { once: true },
    );
    openDialog(dialog);
  });
}

/** Shows the user's own methods and resets their forms. @param {User} user */
function showMethods(user) {
  const ids = methodsOf(user);
  const providers = ids.filter(isProvider);
  const ways = {
    password: ids.includes('password'),
    provider: providers.length > 0,
    link: linkForm !== null && user.email !== null,
    phone: ids.includes('phone'),
  };
  for (const [way, offered] of Object.entries(ways)) {
    setVisible(dialog, `[data-way=${way}]`, offered);
  }
  setVisible(dialog, '[data-way=none]', !Object.values(ways).includes(true));
  for (const form of dialog.querySelectorAll('form')) {
    form.reset();
    clearMessages(form);
  }
  inputById('reauth-email').value = user.email ?? '';
  confirmation = null;
  showCodeField(false);
  prepareProviders(providers.length > 0); // the app may no longer offer them
  dialog.querySelector('[data-providers]')?.replaceChildren(...providers.map(providerButton));
  const left = providers.filter(needsRedirect).map(methodName).join(' or ');
  setVisible(dialog, '[data-leaving]', left !== '');
  setText(
    dialog,
    '[data-leaving]',
    `Continuing with ${left} takes you to another page. When you come back, try again.`,
  );
}

onSubmit(formById('reauth-password'), async () => {
  const user = signedInUser();
  const credential = EmailAuthProvider.credential(
    user.email ?? '',
    inputById('reauth-current').value,
  );
  try {
    await reauthenticateWithCredential(user, credential);
  } catch (error) {
    if (!wrongPassword.includes(errorCode(error))) throw error;
    throw new UserFacingError('That password is incorrect. Try again.', 'password');
  }
  finish?.();
});

if (linkForm) {
  onSubmit(linkForm, async () => {
    const email = signedInUser().email ?? '';
    await sendEmailLink(email, '/account');
    startConfirming(email);
    return `We sent a link to ${email}. Open it in this browser to continue here.`;
  });
}

onSubmit(formById('reauth-phone'), async () => {
  const user = signedInUser();
  if (confirmation) {
    await confirmation.confirm(inputById('reauth-code').value.replace(/\s/g, ''));
    return finish?.();
  }
  confirmation = await withRecaptcha(dialog, (verifier) =>
    reauthenticateWithPhoneNumber(user, user.phoneNumber ?? '', verifier),
  );
  showCodeField(true);
  return `We sent a code to ${user.phoneNumber}.`;
});

/** @param {boolean} shown */
function showCodeField(shown) {
  setVisible(dialog, '[data-code]', shown);
  setText(dialog, '[data-phone-button]', shown ? 'Confirm code' : 'Send a code to your phone');
  if (shown) inputById('reauth-code').focus();
}

/** @param {string} id of a provider */
function providerButton(id) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'second';
  button.textContent = `Continue with ${methodName(id)}`;
  const form = formById('reauth-providers');
  button.addEventListener('click', () =>
    runForm(form, async () => {
      await reauthenticateWith(signedInUser(), id, (text) => showMessage(form, text, 'note'));
      finish?.();
    }),
  );
  return button;
}

dialog.querySelector('[data-cancel]')?.addEventListener('click', () => closeDialog(dialog));

/** Says how a confirmation by redirect ended. What the user wanted to do is lost with the page. */
async function showRedirectResult() {
  const place = /** @type {HTMLElement} */ (document.querySelector('[data-notice]'));
  try {
    await completeRedirect();
    place.textContent = "You've confirmed it's you. Now try again.";
  } catch (error) {
    place.textContent = describeError(error).message;
  }
  place.hidden = false;
  place.focus();
}

prepareProviders();
if (currentRedirect()?.purpose === 'confirm') showRedirectResult();
