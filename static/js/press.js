// What every button does that starts something of its own, outside a form: it shows that it is under way, and says how it
// ended. A person may give up on one and press another: then only the newest speaks.

import { contactLink } from './contact.js';
import { codeOf, describe } from './errors.js';

const doubleClickMs = 700;
// The error of an attempt that another one replaced, which speaks for itself.
const replaced = 'auth/cancelled-popup-request';

/** @type {WeakMap<Element, number>} */
const newest = new WeakMap();

/**
 * @param {HTMLButtonElement} button
 * @param {Element} place holds the live regions of views.messages; buttons that exclude each other share one
 * @param {(tell: (sentence: string) => void) => Promise<string | void>} action returns what is announced
 */
export function onPress(button, place, action) {
  let last = -Infinity;
  button.addEventListener('click', async () => {
    if (performance.now() - last < doubleClickMs) return;
    last = performance.now();
    const mine = (newest.get(place) ?? 0) + 1;
    newest.set(place, mine);
    /** @param {string} status */
    const speak = (status) => {
      if (newest.get(place) === mine) sayIn(place, '', status);
    };
    for (const other of place.querySelectorAll('button')) other.ariaBusy = 'false';
    button.ariaBusy = 'true';
    speak('');
    try {
      speak((await action(speak)) ?? '');
    } catch (error) {
      if (codeOf(error) !== replaced && newest.get(place) === mine) explainIn(place, error);
    } finally {
      if (newest.get(place) === mine) button.ariaBusy = 'false';
    }
  });
}

/** @param {Element} place @param {string} problem @param {string} status */
export function sayIn(place, problem, status) {
  set(place, '[data-problem]', problem);
  set(place, '[data-status]', status);
}

/** Says what went wrong and, where only they can help, how to reach whoever runs the app. @param {Element} place @param {unknown} error */
export function explainIn(place, error) {
  const { message, fields, ask } = describe(error);
  sayIn(place, [message, ...Object.values(fields)].filter(Boolean).join(' '), '');
  const contact = ask ? contactLink() : null;
  if (contact) place.querySelector('[data-problem]')?.append(' ', contact);
}

/** @param {Element} place @param {string} selector @param {string} sentence */
function set(place, selector, sentence) {
  const found = place.querySelector(selector);
  if (found) found.textContent = sentence;
}
