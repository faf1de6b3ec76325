// What every button outside a form does: show that it is busy, then show how its action ended.
// Users may give up on one button and click another, such as another provider. Then only the
// latest click shows messages.

import { errorCode } from '../errors.js';
import { showError, showMessage } from './messages.js';

const doubleClickMs = 700;

// The SDK throws this for a sign-in that a later click replaced. The later one shows its own
// messages.
const replaced = 'auth/cancelled-popup-request';

/** The number of the latest click, by place. @type {WeakMap<Element, number>} */
const latestClick = new WeakMap();

/**
 * @param {HTMLButtonElement} button
 * @param {Element} place where messages are shown; buttons that exclude each other share one
 * @param {(showNote: (text: string) => void) => Promise<string | void>} action returns the
 *   message to show at the end; showNote shows one before that
 */
export function onClick(button, place, action) {
  let lastTime = -Infinity;
  button.addEventListener('click', async () => {
    if (button.ariaBusy === 'true' && performance.now() - lastTime < doubleClickMs) return;
    lastTime = performance.now();
    const number = (latestClick.get(place) ?? 0) + 1;
    latestClick.set(place, number);
    const isLatest = () => latestClick.get(place) === number;
    for (const other of place.querySelectorAll('button')) other.ariaBusy = 'false';
    button.ariaBusy = 'true';
    showMessage(place, '');
    try {
      const message = await action((text) => {
        if (isLatest()) showMessage(place, text, 'note');
      });
      if (isLatest()) showMessage(place, message ?? '');
    } catch (error) {
      if (isLatest() && errorCode(error) !== replaced) showError(place, error);
    } finally {
      if (isLatest()) button.ariaBusy = 'false';
    }
  });
}
