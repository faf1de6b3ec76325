// The dialog in which an administrator changes one account.

import { formatTime, setDetail } from '../account/user-details.js';
import { linkedMethodName } from '../auth/method-names.js';
import { withRecentSignIn } from '../auth/reauthenticate.js';
import { askToConfirm } from '../ui/confirm.js';
import { closeDialog, openDialog } from '../ui/dialog.js';
import { setText, setVisible } from '../ui/dom.js';
import { clearMessages, onSubmit } from '../ui/form.js';
import { describeUser, showIdentity } from './user-identity.js';

/** @typedef {import('../account/user-details.js').Account} Account */
/** @typedef {(method: string, path: string, body?: unknown) => Promise<{data: any}>} Call */

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById('manage'));
const form = /** @type {HTMLFormElement} */ (dialog.querySelector('form'));

/** The open account, and the action of the button that was clicked last. */
const current = {
  /** @type {Account | null} */
  user: null,
  /** @type {Call} */
  call: async () => ({ data: null }),
  action: '',
};

/**
 * @param {Account} user
 * @param {Call} call
 * @returns {Promise<Account | null>} the account when the dialog closes; null if it was deleted
 */
export function manageUser(user, call) {
  Object.assign(current, { user, call });
  clearMessages(form);
  showAccount(user);
  openDialog(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(current.user), { once: true });
  });
}

/** @param {Account} user */
function showAccount(user) {
  showIdentity(dialog, user);
  setDetail('manageUid', user.uid);
  setOptionalDetail('manageName', user.displayName);
  setOptionalDetail('managePhone', user.phoneNumber);
  setDetail(
    'manageMethods',
    user.providers.map(({ providerId }) => linkedMethodName(providerId)).join(', '),
  );
  setDetail('manageCreated', formatTime(user.createdAt));
  setDetail('manageLast', formatTime(user.lastSignInAt));
  setDetail('manageRoles', user.roles.join(', '));
  setDetail('manageState', user.disabled ? "Disabled: can't sign in" : 'Enabled');
  setText(form, '[value=disable]', user.disabled ? 'Enable account' : 'Disable account');
  const grant = user.emailVerified ? 'Grant admin role' : 'Grant admin role…';
  setText(form, '[value=role]', user.roles.includes('admin') ? 'Remove admin role' : grant);
}

/** Hides the row if there is no value. @param {string} key @param {string} value */
function setOptionalDetail(key, value) {
  setDetail(key, value);
  setVisible(dialog, `div:has(> [data-detail=${key}])`, value !== '');
}

/**
 * By the value of the button.
 * @type {Record<string, (user: Account, path: string) => Promise<string>>}
 */
const actions = {
  async disable(user, path) {
    await change(path, { disabled: !user.disabled });
    return user.disabled
      ? `${describeUser(user)} can sign in again.`
      : `${describeUser(user)} is disabled and will be signed out within a minute.`;
  },
  async role(user, path) {
    const isAdmin = user.roles.includes('admin');
    if (!isAdmin && !user.emailVerified && !(await confirmUnverified(user))) {
      return 'Nothing was changed.';
    }
    const others = user.roles.filter((role) => role !== 'admin');
    await change(path, { roles: isAdmin ? others : [...others, 'admin'] });
    return isAdmin
      ? `${describeUser(user)} is no longer an administrator.`
      : `${describeUser(user)} is now an administrator.`;
  },
  async signOut(user, path) {
    await send('DELETE', `${path}/sessions`);
    return `${describeUser(user)} will be signed out on all devices within a minute.`;
  },
  async delete(user, path) {
    const confirmed = await askToConfirm({
      heading: 'Delete this account?',
      text:
        `${describeUser(user)} will be signed out on all devices. ` +
        "This can't be undone. It permanently deletes:",
      losses: ['their profile', 'their sign-in methods', 'the account itself'],
      button: 'Delete account',
    });
    if (!confirmed) return 'Nothing was deleted.';
    await send('DELETE', path);
    current.user = null;
    closeDialog(dialog);
    return '';
  },
};

/** @param {Account} user @returns {Promise<boolean>} */
function confirmUnverified(user) {
  const reason = user.email
    ? "The email address isn't verified, so anyone could have signed up with it."
    : 'Without a verified email address, nothing shows who the account belongs to.';
  return askToConfirm({
    heading: 'Grant the admin role?',
    text:
      `${describeUser(user)} will become an administrator. ${reason} ` +
      'First make sure that the account belongs to the right person.',
    losses: [],
    button: 'Grant admin role',
  });
}

/** @param {string} path @param {unknown} body */
async function change(path, body) {
  const { data } = await send('PATCH', path, body);
  current.user = data;
  showAccount(data);
}

/** Every change needs a recent sign-in. @type {Call} */
function send(method, path, body) {
  return withRecentSignIn(() => current.call(method, path, body));
}

// Remembers which button was clicked. This listener runs before the one of onSubmit.
form.addEventListener('submit', ({ submitter }) => {
  current.action = submitter instanceof HTMLButtonElement ? submitter.value : '';
});
onSubmit(form, async () => {
  const { user, action } = current;
  if (user) return actions[action]?.(user, `/users/${encodeURIComponent(user.uid)}`);
});

dialog.querySelector('[data-cancel]')?.addEventListener('click', () => closeDialog(dialog));
