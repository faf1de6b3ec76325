// What every form does: check its fields, run one submission at a time, show problems beside
// their fields, and say when it is done.

import { describeError } from './error-messages.js';
import { showMessage, showProblem } from './messages.js';

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Input */

/**
 * Runs the action when the form is submitted with valid fields. See runForm.
 * @param {HTMLFormElement} form
 * @param {() => Promise<string | void>} action
 */
export function onSubmit(form, action) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    runForm(form, action);
  });
}

/**
 * Runs the action and shows the error it throws or the message it returns. Does nothing while
 * another action of the form is running.
 * @param {HTMLFormElement} form
 * @param {() => Promise<string | void>} action
 * @param {{checkFields?: boolean}} [options] checkFields: false if the action uses none of the
 *   form's fields
 */
export async function runForm(form, action, { checkFields = true } = {}) {
  if (form.ariaBusy === 'true') return;
  clearMessages(form);
  if (checkFields && !fieldsAreValid(form)) return;
  form.ariaBusy = 'true';
  try {
    showMessage(form, (await action()) ?? '');
  } catch (error) {
    showFormError(form, describeError(error));
  } finally {
    form.ariaBusy = 'false';
  }
}

/** @param {HTMLFormElement} form */
export function clearMessages(form) {
  showMessage(form, '');
  for (const input of inputs(form)) showFieldProblem(input, '');
}

/** @param {HTMLFormElement} form @returns {Input[]} */
export function inputs(form) {
  return /** @type {Input[]} */ ([...form.querySelectorAll('input, textarea, select')]);
}

/**
 * @param {HTMLFormElement} form
 * @param {import('./error-messages.js').ErrorDescription} error
 */
function showFormError(form, { message, fields, needsAdmin }) {
  const general = [message];
  for (const [name, problem] of Object.entries(fields)) {
    const input = inputs(form).find((candidate) => candidate.name === name);
    if (input) showFieldProblem(input, problem);
    else general.push(problem); // the form has no such field
  }
  showProblem(form, general.filter(Boolean).join(' '), needsAdmin);
  focusFirstProblem(form);
}

/** @param {HTMLFormElement} form @returns {boolean} */
function fieldsAreValid(form) {
  for (const input of inputs(form)) showFieldProblem(input, fieldProblem(input));
  focusFirstProblem(form);
  return !form.querySelector('[aria-invalid=true]');
}

/**
 * Checks what the HTML requires (required, type=email), and says it in this app's words.
 * @param {Input} input
 */
function fieldProblem(input) {
  if (input.validity.valid) return '';
  if (input.validity.valueMissing) return `Enter your ${fieldName(input)}.`;
  if (input.type === 'email') return 'Enter a valid email address, such as name@example.com.';
  if (input.type === 'url') return 'Enter a full web address, such as https://example.com.';
  return input.validationMessage;
}

/** @param {Input} input @returns {string} its label, as in "Enter your password" */
function fieldName(input) {
  const label = input.labels?.[0]?.textContent?.trim().toLowerCase() ?? 'value';
  return label.replace(/^your /, '');
}

/** @param {Input} input @param {string} problem "" to remove it */
function showFieldProblem(input, problem) {
  const place = document.getElementById(`${input.id}-problem`);
  if (!place) return;
  place.textContent = problem;
  place.hidden = problem === '';
  if (problem) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
}

/** @param {HTMLFormElement} form */
function focusFirstProblem(form) {
  inputs(form)
    .find((input) => input.ariaInvalid === 'true')
    ?.focus();
}
