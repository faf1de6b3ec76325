// The dialog that asks before something that can't be undone.

import { closeDialog, openDialog } from './dialog.js';
import { setText, setVisible } from './dom.js';

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById('confirm'));
const form = /** @type {HTMLFormElement} */ (dialog.querySelector('form'));
const input = /** @type {HTMLInputElement} */ (dialog.querySelector('input'));
const cancel = /** @type {HTMLButtonElement | null} */ (dialog.querySelector('[data-cancel]'));
const problem = /** @type {HTMLElement} */ (document.getElementById('confirm-word-problem'));

/**
 * @typedef {object} Question
 * @property {string} heading
 * @property {string} text introduces the losses
 * @property {string[]} losses what will be lost
 * @property {string} button the label of the button that confirms
 * @property {string} [word] what the user must type to confirm
 */

let word = '';

/** @param {Question} question @returns {Promise<boolean>} whether the user confirmed */
export function askToConfirm(question) {
  if (dialog.open) return Promise.resolve(false); // it is asking another question
  word = question.word ?? '';
  setText(dialog, '#confirm-title', question.heading);
  setText(dialog, '#confirm-text', question.text);
  setText(dialog, '[data-confirm]', question.button);
  setText(dialog, 'label', `To confirm, type ${word}`);
  dialog.querySelector('ul')?.replaceChildren(...question.losses.map(listItem));
  setVisible(dialog, '[data-typed]', word !== '');
  input.value = '';
  showProblem('');
  dialog.returnValue = '';
  openDialog(dialog);
  (word ? input : cancel)?.focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (word && input.value.trim().toLowerCase() !== word.toLowerCase()) {
    showProblem(`That doesn't match. Type ${word}`);
    input.focus();
    return;
  }
  closeDialog(dialog, 'yes');
});

cancel?.addEventListener('click', () => closeDialog(dialog, ''));

/** @param {string} text "" to remove it */
function showProblem(text) {
  problem.textContent = text;
  problem.hidden = !text;
  if (text) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
}

/** @param {string} text */
function listItem(text) {
  const item = document.createElement('li');
  item.textContent = text;
  return item;
}
