// The question that users see when their profile was saved elsewhere since they opened it.

import { setText, setVisible } from '../ui/dom.js';

const panel = /** @type {HTMLElement} */ (document.getElementById('profile-conflict'));
const title = /** @type {HTMLElement} */ (panel.querySelector('h3'));
const saveButton = /** @type {HTMLElement} */ (
  panel.closest('form')?.querySelector('[type=submit]')
);
const template = /** @type {HTMLTemplateElement} */ (panel.querySelector('template'));

/**
 * @typedef {object} Disputed a field to decide about
 * @property {string} label of the field
 * @property {string} mine the value on this page
 * @property {string} theirs the value on the server
 */

/**
 * Shows the question and moves the focus to its heading.
 * @param {Disputed[]} disputed
 * @param {string[]} adopted labels of the fields that the user hadn't edited; they now show the
 *   server's values
 * @param {{mine: () => void, theirs: () => void}} choices
 */
export function showConflict(disputed, adopted, choices) {
  panel.querySelector('[data-disputed]')?.replaceChildren(...disputed.map(fieldToDecide));
  setText(
    panel,
    '[data-adopted]',
    `Also changed elsewhere, and now shown in the form: ${adopted.join(', ')}.`,
  );
  setVisible(panel, '[data-adopted]', adopted.length > 0);
  setChoice('mine', choices.mine);
  setChoice('theirs', () => {
    hideConflict();
    choices.theirs();
  });
  panel.hidden = false;
  title.focus();
}

/** Hides the question. If the focus is in it, the focus moves to the form's own button. */
export function hideConflict() {
  const hadFocus = panel.contains(document.activeElement);
  panel.hidden = true;
  // Only now, because the page scrolls to the button, which has just moved up.
  if (hadFocus) saveButton.focus();
}

/**
 * @param {'mine' | 'theirs'} choice
 * @param {() => void} action replaces the action of an earlier conflict
 */
function setChoice(choice, action) {
  const button = /** @type {HTMLButtonElement} */ (panel.querySelector(`[data-choice=${choice}]`));
  button.onclick = action;
}

/** @param {Disputed} field @returns {DocumentFragment} */
function fieldToDecide({ label, mine, theirs }) {
  const field = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  setText(field, '[data-label]', label);
  setText(field, '[data-mine]', mine);
  setText(field, '[data-theirs]', theirs);
  return field;
}
