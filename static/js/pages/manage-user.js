// What an admin can do to one account, in a dialog.

import { confirmed } from '../ui/confirm.js';
import { show, when } from '../account/user-details.js';
import { clear, onSubmit } from '../ui/form.js';
import { linkedName } from '../auth/method-names.js';
import { withRecentSignIn } from '../auth/reauthenticate.js';

/** @typedef {import('../account/user-details.js').Account} Account */
/** @typedef {(method: string, path: string, body?: unknown) => Promise<{data: any}>} Call */

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById('manage'));
const form = /** @type {HTMLFormElement} */ (dialog.querySelector('form'));

/** @type {{user: Account | null, name: string, call: Call, action: string}} */
const open = { user: null, name: '', call: async () => ({ data: null }), action: '' };

/**
 * @param {Account} user @param {string} name @param {Call} call
 * @returns {Promise<Account | null>} the account as it is when the dialog closes; null once it is deleted
 */
export function manage(user, name, call) {
  Object.assign(open, { user, name, call });
  clear(form);
  fill(user);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener('close', () => resolve(open.user), { once: true }));
}

/** @param {Account} user */
function fill(user) {
  const title = dialog.querySelector('h2');
  if (title) title.textContent = open.name;
  show('manageUid', user.uid);
  show('manageMethods', user.providers.map(({ providerId }) => linkedName(providerId)).join(', '));
  show('manageCreated', when(user.createdAt));
  show('manageLast', when(user.lastSignInAt));
  show('manageRoles', user.roles.join(', '));
  show('manageState', user.disabled ? 'Disabled: cannot sign in' : 'Enabled');
  button('disable').textContent = user.disabled ? 'Enable this account' : 'Disable this account';
  button('role').textContent = user.roles.includes('admin') ? 'Take the role admin away' : 'Give the role admin';
}

/** @type {Record<string, (user: Account, path: string) => Promise<string>>} */
const actions = {
  async disable(user, path) {
    await change(path, { disabled: !user.disabled });
    return user.disabled ? `${open.name} can sign in again.` : `${open.name} is disabled and signed out within a minute.`;
  },
  async role(user, path) {
    const has = user.roles.includes('admin');
    const others = user.roles.filter((role) => role !== 'admin');
    await change(path, { roles: has ? others : [...others, 'admin'] });
    return has ? `${open.name} is no admin any more.` : `${open.name} is an admin now.`;
  },
  async signOut(_, path) {
    await open.call('DELETE', `${path}/sessions`);
    return `${open.name} is signed out on every device, within a minute.`;
  },
  async delete(_, path) {
    const sure = await confirmed({
      heading: `Delete the account of ${open.name}?`,
      text: 'This cannot be undone. It erases:',
      losses: ['their profile', 'their ways to sign in', 'the account itself, on every device'],
      button: 'Delete the account',
    });
    if (!sure) return 'Nothing was deleted.';
    await withRecentSignIn(() => open.call('DELETE', path));
    open.user = null;
    dialog.close();
    return '';
  },
};

/** @param {string} path @param {unknown} body */
async function change(path, body) {
  const { data } = await open.call('PATCH', path, body);
  open.user = data;
  fill(data);
}

// Which button was pressed; onSubmit's own listener comes after this one.
form.addEventListener('submit', ({ submitter }) => {
  open.action = submitter instanceof HTMLButtonElement ? submitter.value : '';
});
onSubmit(form, async () => {
  const { user, action } = open;
  if (user) return actions[action]?.(user, `/users/${encodeURIComponent(user.uid)}`);
});

dialog.querySelector('[data-cancel]')?.addEventListener('click', () => dialog.close());

/** @param {string} action */
function button(action) {
  return /** @type {HTMLButtonElement} */ (form.querySelector(`[value=${action}]`));
}
