// Everything on the account page that needs a recent sign-in: changing the password or the email
// address, signing out everywhere, exporting the data, and deleting the account.

import { updatePassword, verifyBeforeUpdateEmail } from '../../firebase/firebase.js';
import { call } from '../api.js';
import { requirePasswordPolicy } from '../auth/password-policy.js';
import { withRecentSignIn } from '../auth/reauthenticate.js';
import { inTurn } from '../auth/session-watch.js';
import { signedInUser, signOut } from '../auth/session.js';
import { askToConfirm } from '../ui/confirm.js';
import { formById, inputById, setVisible } from '../ui/dom.js';
import { onSubmit } from '../ui/form.js';

/** @param {import('./user-details.js').Account} account */
export function showSecurity(account) {
  for (const fieldset of document.querySelectorAll('#security fieldset, #data fieldset')) {
    fieldset.removeAttribute('disabled');
  }
  const hasEmail = account.email !== '';
  setVisible(document, '[data-no-email]', !hasEmail);
  for (const id of ['password-form', 'email-form']) formById(id).hidden = !hasEmail;
  inputById('password-email').value = account.email;
}

onSubmit(formById('password-form'), async () => {
  const input = inputById('password-new');
  await requirePasswordPolicy(input.value);
  await withRecentSignIn(() => inTurn(() => updatePassword(signedInUser(), input.value)));
  input.value = '';
  return "Your new password is saved. You're signed out on all other devices.";
});

onSubmit(formById('email-form'), async () => {
  const input = inputById('email-new');
  const email = input.value.trim();
  const options = { url: `${location.origin}/account` };
  await withRecentSignIn(() => verifyBeforeUpdateEmail(signedInUser(), email, options));
  input.value = '';
  return (
    `We sent a link to ${email}. Open it to change your email address. ` +
    "If you don't see the email, check your spam folder."
  );
});

onSubmit(formById('everywhere-form'), async () => {
  await withRecentSignIn(() => call('DELETE', '/api/sessions'));
  await signOut('signed-out-everywhere');
});

onSubmit(formById('export-form'), async () => {
  const { data } = await withRecentSignIn(() => call('GET', '/api/account/export'));
  download('latchkey-account.json', JSON.stringify(data, null, 2));
  return 'Your data was downloaded as latchkey-account.json.';
});

onSubmit(formById('delete-form'), async () => {
  const confirmed = await askToConfirm({
    heading: 'Delete your account?',
    text: "This can't be undone. You'll be signed out on all devices and permanently lose:",
    losses: ['your profile', 'all your sign-in methods', 'the account itself'],
    button: 'Delete my account',
    word: signedInUser().email ?? 'delete',
  });
  if (!confirmed) return 'Nothing was deleted.';
  await withRecentSignIn(() => call('DELETE', '/api/account'));
  await signOut('deleted');
});

/** @param {string} name of the file @param {string} content */
function download(name, content) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type: 'application/json' }));
  link.download = name;
  link.click();
  // Some browsers read it after click() has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
