// The question that users see when their profile was saved elsewhere since they opened it.

import { setText, setVisible } from '../ui/dom.js';

const panel = /** @type {HTMLElement} */ (document.getElementById('profile-conflict'));

/**
 * @typedef {object} Row
 * @property {string} label of the field
 * @property {string} mine the value on this page
 * @property {string} theirs the value on the server
 */

/**
 * @param {Row[]} rows the fields to decide about
 * @param {string[]} adopted labels of the fields that the user hadn't edited; they now show the
 *   server's values
 * @param {{mine: () => void, theirs: () => void}} choices
 */
export function showConflict(rows, adopted, choices) {
  panel.querySelector('tbody')?.replaceChildren(...rows.map(tableRow));
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
  panel.focus();
}

export function hideConflict() {
  panel.hidden = true;
}

/**
 * @param {'mine' | 'theirs'} choice
 * @param {() => void} action replaces the action of an earlier conflict
 */
function setChoice(choice, action) {
  const button = /** @type {HTMLButtonElement} */ (panel.querySelector(`[data-choice=${choice}]`));
  button.onclick = action;
}

/** @param {Row} row */
function tableRow({ label, mine, theirs }) {
  const row = document.createElement('tr');
  const head = document.createElement('th');
  head.scope = 'row';
  head.textContent = label;
  row.append(head, tableCell(mine), tableCell(theirs));
  return row;
}

/** @param {string} text never HTML, because users typed it */
function tableCell(text) {
  const cell = document.createElement('td');
  cell.textContent = text;
  return cell;
}
