// What needs a recent sign-in: password, address, signing out everywhere, and leaving. Each goes through withRecentSignIn,
// which asks for a sign-in if need be and then goes on.

import { updatePassword, verifyBeforeUpdateEmail } from '../../firebase/firebase.js';
import { call } from '../api.js';
import { auth, signOut } from '../auth/session.js';
import { confirmed } from '../ui/confirm.js';
import { onSubmit } from '../ui/form.js';
import { requirePolicy } from '../auth/password-policy.js';
import { withRecentSignIn } from '../auth/reauthenticate.js';

/** @typedef {import('../../firebase/firebase.js').User} User */

/** @param {import('./user-details.js').Account} account */
export function showSecurity(account) {
  for (const fieldset of document.querySelectorAll('#security fieldset, #data fieldset')) fieldset.removeAttribute('disabled');
  part('[data-no-email]').hidden = account.email !== '';
  for (const id of ['password-form', 'email-form']) form(id).hidden = account.email === '';
  input('password-email').value = account.email;
}

onSubmit(form('password-form'), async () => {
  const password = input('password-new');
  await requirePolicy(password.value);
  await withRecentSignIn(() => updatePassword(user(), password.value));
  password.value = '';
  return 'Your new password is saved. You stay signed in here and are signed out everywhere else.';
});

onSubmit(form('email-form'), async () => {
  const address = input('email-new').value.trim();
  await withRecentSignIn(() => verifyBeforeUpdateEmail(user(), address, { url: `${location.origin}/account` }));
  input('email-new').value = '';
  return `Open the link in the email to ${address}. Until then your address stays as it is.`;
});

onSubmit(form('everywhere-form'), async () => {
  await withRecentSignIn(() => call('DELETE', '/api/sessions'));
  await signOut('signed-out-everywhere');
});

onSubmit(form('export-form'), async () => {
  const { data } = await call('GET', '/api/account/export');
  save('latchkey-account.json', JSON.stringify(data, null, 2));
  return 'The file latchkey-account.json is in your downloads.';
});

onSubmit(form('delete-form'), async () => {
  const sure = await confirmed({
    heading: 'Delete this account for good?',
    text: 'This cannot be undone, and nobody can bring any of it back:',
    losses: ['your profile', 'every way in which you sign in here', 'the account itself, on every device'],
    button: 'Delete my account',
    word: user().email ?? 'delete',
  });
  if (!sure) return 'Nothing was deleted.';
  await withRecentSignIn(() => call('DELETE', '/api/account'));
  await signOut('deleted');
});

/** @param {string} name @param {string} content */
function save(name, content) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type: 'application/json' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // some browsers read it only after the click returned
}

/** @returns {User} */
function user() {
  if (!auth.currentUser) throw Object.assign(new Error(), { code: 'auth/null-user' });
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

/** @param {string} selector */
function part(selector) {
  return /** @type {HTMLElement} */ (document.querySelector(selector));
}
