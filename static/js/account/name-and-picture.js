// The name and picture that the platform keeps of a person. They go through the server, which checks the picture's address.

import { call } from '../api.js';
import { auth } from '../auth/session.js';
import { showDetails } from './user-details.js';
import { inputs, onSubmit } from '../ui/form.js';

/** @typedef {import('./user-details.js').Account} Account */

const form = /** @type {HTMLFormElement} */ (document.getElementById('display-form'));

/** @type {Record<string, string>} what the form showed last: what a person typed over it stays */
let shown = {};

/** @param {Account} account */
export function showDisplay(account) {
  /** @type {Record<string, string>} */
  const next = { displayName: account.displayName, photoURL: account.photoURL };
  for (const input of inputs(form)) {
    if (input.value === (shown[input.name] ?? '')) input.value = next[input.name] ?? '';
  }
  shown = next;
  const fieldset = form.querySelector('fieldset');
  if (fieldset) fieldset.disabled = false;
}

onSubmit(form, async () => {
  const body = Object.fromEntries(inputs(form).map((input) => [input.name, input.value.trim()]));
  const { data } = await call('PATCH', '/api/account', { body });
  shown = Object.fromEntries(inputs(form).map((input) => [input.name, input.value]));
  showDisplay(data);
  showDetails(data);
  await auth.currentUser?.reload(); // so that the SDK, and with it the header, knows too
  return 'Your name and picture are saved.';
});
