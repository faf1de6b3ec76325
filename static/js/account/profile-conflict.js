// The question that a person answers when their profile was saved elsewhere meanwhile.

const panel = /** @type {HTMLElement} */ (document.getElementById('profile-conflict'));

/**
 * @typedef {object} Row
 * @property {string} label of the field
 * @property {string} mine what this page shows
 * @property {string} theirs what the server holds
 */

/**
 * @param {Row[]} rows the fields to decide about
 * @param {string[]} adopted labels of fields that this page took over without asking: the person had not touched them
 * @param {{mine: () => void, theirs: () => void}} choices
 */
export function askAboutConflict(rows, adopted, choices) {
  panel.querySelector('tbody')?.replaceChildren(...rows.map(tableRow));
  const note = /** @type {HTMLElement} */ (panel.querySelector('[data-adopted]'));
  note.hidden = adopted.length === 0;
  note.textContent = `Also changed elsewhere, and now shown in the form: ${adopted.join(', ')}.`;
  on('mine', choices.mine);
  on('theirs', () => {
    closeConflict();
    choices.theirs();
  });
  panel.hidden = false;
  panel.focus();
}

export function closeConflict() {
  panel.hidden = true;
}

/** @param {'mine' | 'theirs'} choice @param {() => void} action replaces the one of an earlier conflict */
function on(choice, action) {
  const button = /** @type {HTMLButtonElement} */ (panel.querySelector(`[data-choice=${choice}]`));
  button.onclick = action;
}

/** @param {Row} row */
function tableRow({ label, mine, theirs }) {
  const row = document.createElement('tr');
  const head = document.createElement('th');
  head.scope = 'row';
  head.textContent = label;
  row.append(head, cell(mine), cell(theirs));
  return row;
}

/** @param {string} content never markup: it was typed by somebody */
function cell(content) {
  const cell = document.createElement('td');
  cell.textContent = content;
  return cell;
}
