// The profile form. It sends the fields that the person changed, together with the version it showed (If-Match); when
// somebody saved another version meanwhile, the person chooses (account/profile-conflict.js) and nothing typed is lost.

import { ApiError, call } from '../api.js';
import { askAboutConflict, closeConflict } from './profile-conflict.js';
import { when } from './user-details.js';
import { inputs, onSubmit, run, say } from '../ui/form.js';

/**
 * @typedef {{[field: string]: string | boolean}} Fields by the one name that form, JSON and Firestore share
 * @typedef {import('../ui/form.js').Input} Input
 */

const form = /** @type {HTMLFormElement} */ (document.getElementById('profile-form'));

/** @type {Fields} as last read from the server */
let saved = {};
let etag = '';

/** @param {any} profile @param {string} version its ETag */
export function showProfile(profile, version) {
  fillTimezones();
  adopt(profile, version);
  for (const input of inputs(form)) write(input, saved[input.name]);
  const fieldset = form.querySelector('fieldset');
  if (fieldset) fieldset.disabled = false;
}

/** Takes over what the server holds, without touching the form. @param {any} profile @param {string} version */
function adopt(profile, version) {
  saved = Object.fromEntries(inputs(form).map(({ name }) => [name, profile[name]]));
  etag = version;
  const place = form.querySelector('[data-saved]');
  if (place) place.textContent = profile.updatedAt ? `Last saved ${when(profile.updatedAt)}` : 'Not saved yet';
}

/** @returns {Fields} what differs from the server's version */
function changes() {
  return Object.fromEntries(differing().map((input) => [input.name, read(input)]));
}

async function save() {
  const changed = changes();
  if (Object.keys(changed).length === 0) return 'Nothing has changed since it was last saved.';
  const before = new Map(inputs(form).map((input) => [input, read(input)]));
  try {
    const answer = await call('PATCH', '/api/profile', { body: changed, ifMatch: etag });
    closeConflict();
    adopt(answer.data, answer.etag);
    for (const input of differing()) {
      if (read(input) === before.get(input)) write(input, saved[input.name]); // not what was typed meanwhile
    }
    return 'Your profile is saved.';
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412) throw error;
    return resolve();
  }
}

/** Takes over the version saved elsewhere as the base, and asks about what differs from the person's own. */
async function resolve() {
  const mine = changes();
  const { data, etag: version } = await call('GET', '/api/profile');
  adopt(data, version);
  const untouched = differing().filter(({ name }) => !(name in mine));
  for (const input of untouched) write(input, saved[input.name]);
  const disputed = differing();
  if (disputed.length === 0) return 'The same changes were saved elsewhere already.';
  askAboutConflict(disputed.map(row), untouched.map(labelOf), {
    mine: () => run(form, save),
    theirs: () => {
      for (const input of disputed) write(input, saved[input.name]);
      say(form, 'The form shows what was saved elsewhere.');
    },
  });
}

/** @param {Input} input one line of the question */
function row(input) {
  return { label: labelOf(input), mine: display(read(input)), theirs: display(saved[input.name]) };
}

/** @param {string | boolean | undefined} value */
function display(value) {
  return typeof value === 'boolean' ? (value ? 'Yes' : 'No') : value || 'Empty';
}

/** @param {Input} input */
function labelOf(input) {
  return input.labels?.[0]?.textContent?.trim() ?? input.name;
}

/** @returns {Input[]} the inputs that do not show what the server holds */
function differing() {
  return inputs(form).filter((input) => read(input) !== saved[input.name]);
}

/** @param {Input} input @returns {string | boolean} */
function read(input) {
  return input instanceof HTMLInputElement && input.type === 'checkbox' ? input.checked : input.value.trim();
}

/** @param {Input} input @param {string | boolean | undefined} value */
function write(input, value) {
  if (input instanceof HTMLInputElement && input.type === 'checkbox') {
    input.checked = value === true;
    return;
  }
  if (input instanceof HTMLSelectElement) offer(input, String(value));
  input.value = String(value);
}

/**
 * A name that the server knows and this browser does not list is still shown.
 * @param {HTMLSelectElement} select
 * @param {string} value
 */
function offer(select, value) {
  if (![...select.options].some((option) => option.value === value)) select.add(new Option(value, value));
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

// Leaving with unsaved changes asks first. Once signed out, the form is gone and there is nothing to ask about.
addEventListener('beforeunload', (event) => {
  if (form.isConnected && etag && differing().length > 0) event.preventDefault();
});
