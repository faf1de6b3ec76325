// One question before something that cannot be undone. The dialog is the browser's own: it keeps the focus inside, Escape
// cancels, and the focus returns to where it was.

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById('confirm'));
const form = /** @type {HTMLFormElement} */ (dialog.querySelector('form'));
const input = /** @type {HTMLInputElement} */ (dialog.querySelector('input'));
const problem = /** @type {HTMLElement} */ (document.getElementById('confirm-word-problem'));

/**
 * @typedef {object} Question
 * @property {string} heading
 * @property {string} text
 * @property {string[]} losses what will be gone
 * @property {string} button the words of the button that goes on
 * @property {string} [word] what has to be typed first
 */

let word = '';

/** @param {Question} question @returns {Promise<boolean>} */
export function confirmed(question) {
  word = question.word ?? '';
  text('#confirm-title', question.heading);
  text('#confirm-text', question.text);
  text('[data-confirm]', question.button);
  text('label', `To go on, type ${word}`);
  dialog.querySelector('ul')?.replaceChildren(...question.losses.map(item));
  /** @type {HTMLElement} */ (dialog.querySelector('[data-typed]')).hidden = !word;
  input.value = '';
  complain('');
  dialog.returnValue = '';
  dialog.showModal();
  (word ? input : cancel)?.focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (word && input.value.trim().toLowerCase() !== word.toLowerCase()) {
    complain(`This is not the same. Type ${word}`);
    input.focus();
    return;
  }
  dialog.close('yes');
});

const cancel = /** @type {HTMLButtonElement | null} */ (dialog.querySelector('[data-cancel]'));
cancel?.addEventListener('click', () => dialog.close(''));

/** @param {string} sentence "" for none */
function complain(sentence) {
  problem.textContent = sentence;
  problem.hidden = !sentence;
  if (sentence) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
}

/** @param {string} selector @param {string} content */
function text(selector, content) {
  const place = dialog.querySelector(selector);
  if (place) place.textContent = content;
}

/** @param {string} content */
function item(content) {
  const item = document.createElement('li');
  item.textContent = content;
  return item;
}
