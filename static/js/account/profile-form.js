// The profile form. It sends only the fields that the user changed, with the version that the
// form showed (If-Match). If the profile has been saved elsewhere since then, the user chooses
// what to keep (profile-conflict.js), and nothing they typed is lost.

import { call } from '../api.js';
import { ApiError } from '../errors.js';
import { formById, setText } from '../ui/dom.js';
import { inputs, onSubmit, runForm } from '../ui/form.js';
import { showMessage } from '../ui/messages.js';
import { hideConflict, showConflict } from './profile-conflict.js';
import { formatTime } from './user-details.js';

/**
 * @typedef {{[field: string]: string | boolean}} Fields by the one name that the form, JSON and
 *   Firestore share
 * @typedef {import('../ui/form.js').Input} Input
 */

const form = formById('profile-form');

/** The profile as last read from the server. @type {Fields} */
let saved = {};
let etag = '';

/** @param {any} profile @param {string} version its ETag */
export function showProfile(profile, version) {
  fillTimezones();
  adopt(profile, version);
  for (const input of inputs(form)) write(input, saved[input.name]);
  form.querySelector('fieldset')?.removeAttribute('disabled');
}

/**
 * Takes over the server's version without touching the fields.
 * @param {any} profile
 * @param {string} version
 */
function adopt(profile, version) {
  saved = Object.fromEntries(inputs(form).map(({ name }) => [name, profile[name]]));
  etag = version;
  setText(
    form,
    '[data-saved]',
    profile.updatedAt ? `Last saved ${formatTime(profile.updatedAt)}` : 'Not saved yet',
  );
}

/** @returns {Fields} the fields that differ from the server's version */
function changes() {
  return Object.fromEntries(changedInputs().map((input) => [input.name, read(input)]));
}

async function save() {
  const changed = changes();
  if (Object.keys(changed).length === 0) {
    hideConflict();
    return "There's nothing to save.";
  }
  const sent = new Map(inputs(form).map((input) => [input, read(input)]));
  try {
    const response = await call('PATCH', '/api/profile', { body: changed, ifMatch: etag });
    hideConflict();
    adopt(response.data, response.etag);
    for (const input of changedInputs()) {
      // The server may have normalized the value. Keep what the user has typed since.
      if (read(input) === sent.get(input)) write(input, saved[input.name]);
    }
    return 'Your profile is saved.';
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412) throw error;
    return resolveConflict();
  }
}

/**
 * Takes over the version that was saved elsewhere, and asks about the fields where the user's own
 * values differ.
 */
async function resolveConflict() {
  const mine = changes();
  const { data, etag: version } = await call('GET', '/api/profile');
  adopt(data, version);
  const untouched = changedInputs().filter(({ name }) => !(name in mine));
  for (const input of untouched) write(input, saved[input.name]);
  const disputed = changedInputs();
  if (disputed.length === 0) {
    hideConflict();
    return 'The same changes were already saved elsewhere.';
  }
  showConflict(disputed.map(disputedField), untouched.map(labelOf), {
    mine: () => runForm(form, save),
    theirs: () => {
      for (const input of disputed) write(input, saved[input.name]);
      showMessage(form, 'The form now shows what was saved elsewhere.');
    },
  });
}

/** @param {Input} input */
function disputedField(input) {
  return { label: labelOf(input), mine: format(read(input)), theirs: format(saved[input.name]) };
}

/** @param {string | boolean | undefined} value */
function format(value) {
  return typeof value === 'boolean' ? (value ? 'Yes' : 'No') : value || 'Empty';
}

/** @param {Input} input */
function labelOf(input) {
  return input.labels?.[0]?.textContent?.trim() ?? input.name;
}

/** @returns {Input[]} the inputs that differ from the server's version */
function changedInputs() {
  return inputs(form).filter((input) => read(input) !== saved[input.name]);
}

/** @param {Input} input @returns {string | boolean} */
function read(input) {
  return input instanceof HTMLInputElement && input.type === 'checkbox'
    ? input.checked
    : input.value.trim();
}

/** @param {Input} input @param {string | boolean | undefined} value */
function write(input, value) {
  if (input instanceof HTMLInputElement && input.type === 'checkbox') {
    input.checked = value === true;
    return;
  }
  if (input instanceof HTMLSelectElement) addOption(input, String(value));
  input.value = String(value);
}

/**
 * Adds an option that the server knows and this browser doesn't list.
 * @param {HTMLSelectElement} select
 * @param {string} value
 */
function addOption(select, value) {
  if (![...select.options].some((option) => option.value === value)) {
    select.add(new Option(value, value));
  }
}

/** Fills the list of time zones once, in groups by continent. */
function fillTimezones() {
  const select = /** @type {HTMLSelectElement} */ (form.elements.namedItem('timezone'));
  if (select.options.length > 1) return;
  select.add(new Option('UTC', 'UTC'));
  /** @type {Map<string, HTMLOptGroupElement>} */
  const groups = new Map();
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const [region = '', ...place] = zone.split('/');
    if (place.length === 0) continue;
    const group = groups.get(region) ?? select.appendChild(document.createElement('optgroup'));
    group.label = region;
    groups.set(region, group);
    group.append(new Option(place.join(', ').replaceAll('_', ' '), zone));
  }
}

onSubmit(form, save);

// Asks before the user leaves with unsaved changes. After signing out the form is gone, and
// nothing is asked.
addEventListener('beforeunload', (event) => {
  if (form.isConnected && etag && changedInputs().length > 0) event.preventDefault();
});
