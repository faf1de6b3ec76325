// What every button does that starts something of its own, outside a form: it shows that it is under way, and says how it
// ended. A person may give up on one and press another: then only the newest speaks.

import { contactLink } from './support-link.js';
import { codeOf, describe } from './error-messages.js';

const doubleClickMs = 700;
// The error of an attempt that another one replaced, which speaks for itself.
const replaced = 'auth/cancelled-popup-request';
// What the person did on purpose is no failure.
const given = ['auth/popup-closed-by-user', 'auth/user-cancelled', 'auth/redirect-cancelled-by-user', 'reauth/cancelled'];

/** @type {WeakMap<Element, number>} */
const newest = new WeakMap();

/**
 * @param {HTMLButtonElement} button
 * @param {Element} place holds the live regions of views.messages; buttons that exclude each other share one
 * @param {(tell: (sentence: string) => unknown) => Promise<string | void>} action returns what is announced
 */
export function onPress(button, place, action) {
  let last = -Infinity;
  button.addEventListener('click', async () => {
    if (button.ariaBusy === 'true' && performance.now() - last < doubleClickMs) return;
    last = performance.now();
    const mine = (newest.get(place) ?? 0) + 1;
    newest.set(place, mine);
    const newestHere = () => newest.get(place) === mine;
    for (const other of place.querySelectorAll('button')) other.ariaBusy = 'false';
    button.ariaBusy = 'true';
    sayIn(place, '');
    try {
      const said = await action((sentence) => newestHere() && sayIn(place, sentence, 'note'));
      if (newestHere()) sayIn(place, said ?? '', 'done');
    } catch (error) {
      if (newestHere() && codeOf(error) !== replaced) explainIn(place, error);
    } finally {
      if (newestHere()) button.ariaBusy = 'false';
    }
  });
}

/**
 * Says what went wrong and, where only they can help, how to reach whoever runs the app.
 * @param {Element} place
 * @param {unknown} error
 */
export function explainIn(place, error) {
  const { message, fields, ask } = describe(error);
  const sentence = [message, ...Object.values(fields)].filter(Boolean).join(' ');
  sayIn(place, sentence, given.includes(codeOf(error)) ? 'note' : 'problem');
  const contact = ask ? contactLink() : null;
  if (contact) place.querySelector(':scope > [data-problem]')?.append(' ', contact);
}

/**
 * @param {Element} place
 * @param {string} sentence
 * @param {'done' | 'note' | 'problem'} [kind]
 */
export function sayIn(place, sentence, kind = 'done') {
  set(place, '[data-problem]', kind === 'problem' ? sentence : '');
  set(place, '[data-status]', kind === 'problem' ? '' : sentence);
  place.querySelector(':scope > [data-status]')?.classList.toggle('note', kind === 'note');
}

/** @param {Element} place @param {string} selector @param {string} sentence */
function set(place, selector, sentence) {
  const found = place.querySelector(`:scope > ${selector}`);
  if (found) found.textContent = sentence;
}
