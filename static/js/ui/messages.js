// The two lines below a form or a group of buttons (views.messages): one for success, one for
// problems. Both are live regions, so screen readers announce what is written there.

import { errorCode } from '../errors.js';
import { describeError } from './error-messages.js';
import { supportLink } from './support-link.js';

// Cancelling isn't a failure, so it isn't shown as one.
const cancelled = [
  'auth/popup-closed-by-user',
  'auth/user-cancelled',
  'auth/redirect-cancelled-by-user',
  'reauth/cancelled',
];

/**
 * Shows a message and removes the previous one.
 * @param {Element} place the form or group
 * @param {string} text "" to remove the previous message only
 * @param {'done' | 'note' | 'problem'} [kind]
 */
export function showMessage(place, text, kind = 'done') {
  const status = line(place, 'data-status');
  const problem = line(place, 'data-problem');
  if (problem) problem.textContent = kind === 'problem' ? text : '';
  if (!status) return;
  status.textContent = kind === 'problem' ? '' : text;
  status.classList.toggle('note', kind === 'note');
}

/**
 * Shows a problem and, if only the administrator can help, how to reach them.
 * @param {Element} place
 * @param {string} text
 * @param {boolean} [needsAdmin]
 */
export function showProblem(place, text, needsAdmin = false) {
  showMessage(place, text, 'problem');
  const link = needsAdmin ? supportLink() : null;
  if (link) line(place, 'data-problem')?.append(' ', link);
}

/** Explains an error. @param {Element} place @param {unknown} error */
export function showError(place, error) {
  const { message, fields, needsAdmin } = describeError(error);
  const text = [message, ...Object.values(fields)].filter(Boolean).join(' ');
  if (cancelled.includes(errorCode(error))) showMessage(place, text, 'note');
  else showProblem(place, text, needsAdmin);
}

/**
 * The place's own line, not one of a form inside it.
 * @param {Element} place
 * @param {string} attribute
 */
function line(place, attribute) {
  return place.querySelector(`:scope > [${attribute}], :scope > fieldset > [${attribute}]`);
}
