// The form for the display name and picture, which Firebase Authentication stores. Changes go
// through the server, because it checks where the picture is hosted.

import { call } from '../api.js';
import { auth } from '../auth/session.js';
import { formById } from '../ui/dom.js';
import { inputs, onSubmit } from '../ui/form.js';
import { showDetails } from './user-details.js';

/** @typedef {import('./user-details.js').Account} Account */

const form = formById('display-form');

/**
 * What the form showed last. A field that differs has been edited.
 * @type {Record<string, string>}
 */
let shown = {};

/** Fills the fields that the user hasn't edited. @param {Account} account */
export function showNameAndPicture(account) {
  /** @type {Record<string, string>} */
  const values = { displayName: account.displayName, photoURL: account.photoURL };
  for (const input of inputs(form)) {
    if (input.value === (shown[input.name] ?? '')) input.value = values[input.name] ?? '';
  }
  shown = values;
  form.querySelector('fieldset')?.removeAttribute('disabled');
}

onSubmit(form, async () => {
  const values = Object.fromEntries(inputs(form).map(({ name, value }) => [name, value]));
  // Send only the edited fields. The others may have changed elsewhere since the form showed them.
  const edited = Object.entries(values).filter(([name, value]) => value !== shown[name]);
  const body = Object.fromEntries(edited.map(([name, value]) => [name, value.trim()]));
  const { data } = await call('PATCH', '/api/account', { body });
  shown = values;
  showNameAndPicture(data);
  showDetails(data);
  await auth.currentUser?.reload(); // updates the header
  return 'Your name and picture are saved.';
});
