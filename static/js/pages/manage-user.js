// The dialog in which an administrator changes one account.

import { formatTime, setDetail } from '../account/user-details.js';
import { linkedMethodName } from '../auth/method-names.js';
import { withRecentSignIn } from '../auth/reauthenticate.js';
import { askToConfirm } from '../ui/confirm.js';
import { setText } from '../ui/dom.js';
import { clearMessages, onSubmit } from '../ui/form.js';

/** @typedef {import('../account/user-details.js').Account} Account */
/** @typedef {(method: string, path: string, body?: unknown) => Promise<{data: any}>} Call */

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById('manage'));
const form = /** @type {HTMLFormElement} */ (dialog.querySelector('form'));

/** The open account, and the action of the button that was clicked last. */
const current = {
  /** @type {Account | null} */
  user: null,
  name: '',
  /** @type {Call} */
  call: async () => ({ data: null }),
  action: '',
};

/**
 * @param {Account} user
 * @param {string} name
 * @param {Call} call
 * @returns {Promise<Account | null>} the account when the dialog closes; null if it was deleted
 */
export function manageUser(user, name, call) {
  Object.assign(current, { user, name, call });
  clearMessages(form);
  showAccount(user);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(current.user), { once: true });
  });
}

/** @param {Account} user */
function showAccount(user) {
  setText(dialog, 'h2', current.name);
  setDetail('manageUid', user.uid);
  setDetail(
    'manageMethods',
    user.providers.map(({ providerId }) => linkedMethodName(providerId)).join(', '),
  );
  setDetail('manageCreated', formatTime(user.createdAt));
  setDetail('manageLast', formatTime(user.lastSignInAt));
  setDetail('manageRoles', user.roles.join(', '));
  setDetail('manageState', user.disabled ? "Disabled: can't sign in" : 'Enabled');
  setText(form, '[value=disable]', user.disabled ? 'Enable account' : 'Disable account');
  setText(
    form,
    '[value=role]',
    user.roles.includes('admin') ? 'Remove admin role' : 'Grant admin role',
  );
}

/**
 * By the value of the button.
 * @type {Record<string, (user: Account, path: string) => Promise<string>>}
 */
const actions = {
  async disable(user, path) {
    await change(path, { disabled: !user.disabled });
    return user.disabled
      ? `${current.name} can sign in again.`
      : `${current.name} is disabled and will be signed out within a minute.`;
  },
  async role(user, path) {
    const isAdmin = user.roles.includes('admin');
    const others = user.roles.filter((role) => role !== 'admin');
    await change(path, { roles: isAdmin ? others : [...others, 'admin'] });
    return isAdmin
      ? `${current.name} is no longer an administrator.`
      : `${current.name} is now an administrator.`;
  },
  async signOut(_, path) {
    await current.call('DELETE', `${path}/sessions`);
    return `${current.name} will be signed out on all devices within a minute.`;
  },
  async delete(_, path) {
    const confirmed = await askToConfirm({
      heading: `Delete ${current.name}'s account?`,
      text: "This can't be undone. It signs the user out on all devices and permanently deletes:",
      losses: ['their profile', 'their sign-in methods', 'the account itself'],
      button: 'Delete account',
    });
    if (!confirmed) return 'Nothing was deleted.';
    await withRecentSignIn(() => current.call('DELETE', path));
    current.user = null;
    dialog.close();
    return '';
  },
};

/** @param {string} path @param {unknown} body */
async function change(path, body) {
  const { data } = await current.call('PATCH', path, body);
  current.user = data;
  showAccount(data);
}

// Remembers which button was clicked. This listener runs before the one of onSubmit.
form.addEventListener('submit', ({ submitter }) => {
  current.action = submitter instanceof HTMLButtonElement ? submitter.value : '';
});
onSubmit(form, async () => {
  const { user, action } = current;
  if (user) return actions[action]?.(user, `/users/${encodeURIComponent(user.uid)}`);
});

dialog.querySelector('[data-cancel]')?.addEventListener('click', () => dialog.close());
