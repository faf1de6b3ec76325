// One dialog for everything that needs a recent sign-in: it offers the ways in which this person signs in, and then the
// interrupted action goes on.

import {
  EmailAuthProvider,
  onIdTokenChanged,
  reauthenticateWithCredential,
  reauthenticateWithPhoneNumber,
} from '../../firebase/firebase.js';
import { ApiError } from '../api-error.js';
import { auth } from './session.js';
import { sendLink } from './email-link.js';
import { clear, onSubmit, run } from '../ui/form.js';
import { methodName } from './method-names.js';
import { confirmWith } from './providers.js';
import { withVerifier } from './recaptcha.js';

/** @typedef {import('../../firebase/firebase.js').User} User */

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById('reauth'));

/** Set while the dialog is open. @type {(() => void) | null} */
let proved = null;

/**
 * Runs the action. If it is refused because the sign-in is too old, asks the person to sign in again and runs it once
 * more. Throws what the action throws, and reauth/cancelled when the person does not sign in.
 * @template T
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withRecentSignIn(action) {
  try {
    return await action();
  } catch (error) {
    if (!wantsSignIn(error)) throw error;
    await signInAgain();
    return action();
  }
}

/** @param {unknown} error */
function wantsSignIn(error) {
  if (error instanceof ApiError) return error.code === 'reauth_required';
  return error instanceof Error && 'code' in error && error.code === 'auth/requires-recent-login';
}

/** @returns {Promise<void>} */
async function signInAgain() {
  const user = currentUser();
  const { authTime } = await user.getIdTokenResult();
  offerWays(user);
  return new Promise((resolve, reject) => {
    let done = false;
    proved = () => {
      done = true;
      dialog.close();
    };
    // An email link opens in another tab, and signing in there counts here too: all tabs share the session.
    const stop = onIdTokenChanged(auth, async (now) => {
      if (now?.uid !== user.uid) return dialog.close();
      if ((await now.getIdTokenResult()).authTime !== authTime) proved?.();
    });
    dialog.addEventListener('close', () => {
      stop();
      proved = null;
      if (done) resolve();
      else reject(Object.assign(new Error('the person did not sign in again'), { code: 'reauth/cancelled' }));
    }, { once: true });
    dialog.showModal();
  });
}

/** @param {User} user */
function offerWays(user) {
  const ids = user.providerData.map(({ providerId }) => providerId);
  const providers = ids.filter((id) => id.includes('.'));
  const ways = {
    password: ids.includes('password'),
    provider: providers.length > 0,
    link: link !== null && user.email !== null,
    phone: ids.includes('phone'),
  };
  for (const [way, offered] of Object.entries({ ...ways, none: !Object.values(ways).includes(true) })) {
    const element = /** @type {HTMLElement | null} */ (dialog.querySelector(`[data-way=${way}]`));
    if (element) element.hidden = !offered;
  }
  for (const form of dialog.querySelectorAll('form')) {
    form.reset();
    clear(form);
  }
  input('reauth-email').value = user.email ?? '';
  sent = null;
  showCode(false);
  dialog.querySelector('[data-providers]')?.replaceChildren(...providers.map(providerButton));
}

onSubmit(form('reauth-password'), async () => {
  const user = currentUser();
  const credential = EmailAuthProvider.credential(user.email ?? '', input('reauth-current').value);
  await reauthenticateWithCredential(user, credential);
  proved?.();
});

const link = /** @type {HTMLFormElement | null} */ (dialog.querySelector('[data-way=link]')); // where the app offers links
if (link) {
  onSubmit(link, async () => {
    const email = currentUser().email ?? '';
    await sendLink(email, '/account');
    return `Open the link in the email to ${email} in this browser. Then this goes on by itself.`;
  });
}

/** The text message that waits for its code. @type {import('../../firebase/firebase.js').ConfirmationResult | null} */
let sent = null;

onSubmit(form('reauth-phone'), async () => {
  const user = currentUser();
  if (sent) {
    await sent.confirm(input('reauth-code').value.replace(/\s/g, ''));
    return proved?.();
  }
  sent = await withVerifier(dialog, (verifier) => reauthenticateWithPhoneNumber(user, user.phoneNumber ?? '', verifier));
  showCode(true);
  return `A code is on its way to ${user.phoneNumber}.`;
});

/** @param {boolean} shown */
function showCode(shown) {
  /** @type {HTMLElement} */ (dialog.querySelector('[data-code]')).hidden = !shown;
  const button = dialog.querySelector('[data-phone-button]');
  if (button) button.textContent = shown ? 'Confirm with the code' : 'Send a code to your phone';
  if (shown) input('reauth-code').focus();
}

/** @param {string} id of a provider */
function providerButton(id) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'second';
  button.textContent = `Continue with ${methodName(id)}`;
  button.addEventListener('click', () => run(form('reauth-providers'), async () => {
    await confirmWith(currentUser(), id);
    proved?.();
  }));
  return button;
}

dialog.querySelector('[data-cancel]')?.addEventListener('click', () => dialog.close());

/** @returns {User} */
function currentUser() {
  if (!auth.currentUser) throw Object.assign(new Error('nobody is signed in'), { code: 'auth/null-user' });
  return auth.currentUser;
}

/** @param {string} id */
function form(id) {
  return /** @type {HTMLFormElement} */ (document.getElementById(id));
}

/** @param {string} id */
function input(id) {
  return /** @type {HTMLInputElement} */ (document.getElementById(id));
}
