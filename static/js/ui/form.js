// What every form does: one submission at a time, problems next to their fields, and a word when it is done.

import { contactLink } from './support-link.js';
import { describe } from './error-messages.js';

/**
 * Runs the action when the form is submitted and its fields are filled in as the HTML asks. What the action throws is
 * shown; what it returns is announced. A second submission while the first is under way is ignored.
 * @param {HTMLFormElement} form
 * @param {() => Promise<string | void>} action
 */
export function onSubmit(form, action) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    run(form, action);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {() => Promise<string | void>} action
 * @param {{unchecked?: boolean}} [options] unchecked: the action needs none of the form's fields
 */
export async function run(form, action, { unchecked = false } = {}) {
  if (form.ariaBusy === 'true') return;
  clear(form);
  if (!unchecked && !checkFields(form)) return;
  form.ariaBusy = 'true';
  try {
    say(form, (await action()) ?? '');
  } catch (error) {
    show(form, describe(error));
  } finally {
    form.ariaBusy = 'false';
  }
}

/** @param {HTMLFormElement} form @param {string} sentence announced, and shown until the next submission */
export function say(form, sentence) {
  text(form, '[data-status]', sentence);
}

/** @param {HTMLFormElement} form removes every message */
export function clear(form) {
  text(form, '[data-status]', '');
  text(form, '[data-problem]', '');
  for (const input of inputs(form)) mark(input, '');
}

/**
 * @param {HTMLFormElement} form
 * @param {import('./error-messages.js').Problem} problem
 */
function show(form, { message, fields, ask }) {
  const homeless = [];
  for (const [name, sentence] of Object.entries(fields)) {
    const input = inputs(form).find((candidate) => candidate.name === name);
    if (input) mark(input, sentence);
    else homeless.push(sentence);
  }
  text(form, '[data-problem]', [message, ...homeless].filter(Boolean).join(' '));
  const contact = ask ? contactLink() : null;
  if (contact) form.querySelector('[data-problem]')?.append(' ', contact);
  focusFirstProblem(form);
}

/** @param {HTMLFormElement} form @returns {boolean} */
function checkFields(form) {
  for (const input of inputs(form)) mark(input, complaint(input));
  focusFirstProblem(form);
  return !form.querySelector('[aria-invalid=true]');
}

/** The browser's own rules (required, type=email), in this page's words. @param {Input} input */
function complaint(input) {
  if (input.validity.valid) return '';
  const label = input.labels?.[0]?.textContent?.trim().toLowerCase() ?? 'this field';
  if (input.validity.valueMissing) return `Enter your ${label}.`;
  if (input.type === 'email') return 'This is not an email address. It looks like name@example.com.';
  if (input.type === 'url') return 'Enter a full address, such as https://example.com.';
  return input.validationMessage;
}

/** @param {Input} input @param {string} sentence "" for none */
function mark(input, sentence) {
  const place = document.getElementById(`${input.id}-problem`);
  if (!place) return;
  place.textContent = sentence;
  place.hidden = sentence === '';
  if (sentence) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
}

/** @param {HTMLFormElement} form */
function focusFirstProblem(form) {
  inputs(form).find((input) => input.ariaInvalid === 'true')?.focus();
}

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Input */

/** @param {HTMLFormElement} form @returns {Input[]} */
export function inputs(form) {
  return /** @type {Input[]} */ ([...form.querySelectorAll('input, textarea, select')]);
}

/** @param {HTMLFormElement} form @param {string} selector @param {string} value */
function text(form, selector, value) {
  const place = form.querySelector(selector);
  if (place) place.textContent = value;
}
