// A message for the next page: what happened to the account while the user was signing in. Only
// the name of a sentence and the names of sign-in methods are stored, never text, because
// anything could be in the browser's storage.

import { methodName } from '../auth/method-names.js';

const key = 'latchkey:notice';

/** @type {Record<string, (methods: string) => string>} */
const sentences = {
  connected: (methods) => `${methods} is now connected to this account.`,
  'not-connected': (methods) =>
    `You're signed in, but ${methods} couldn't be connected. You can connect it below.`,
  'other-account': (methods) =>
    'You signed in to an account with a different email address, ' +
    `so ${methods} wasn't connected to it.`,
  'lost-in-redirect': (methods) =>
    `You're signed in, but ${methods} isn't connected yet, because signing in took you to ` +
    'another page. Connect it below.',
};

/**
 * Stores a notice for the next page.
 * @param {keyof typeof sentences} name
 * @param {string[]} methods
 */
export function saveNotice(name, methods) {
  try {
    sessionStorage.setItem(key, JSON.stringify({ name, methods }));
  } catch {
    // Storage is blocked. The account page shows the outcome anyway.
  }
}

/** Shows the notice that an earlier page stored, once. @param {HTMLElement} place */
export function showNotice(place) {
  const { name, methods } = take() ?? {};
  if (typeof name !== 'string' || !Object.hasOwn(sentences, name) || !Array.isArray(methods)) {
    return;
  }
  place.textContent =
    sentences[name]?.(methods.map((id) => methodName(String(id))).join(', ')) ?? '';
  place.hidden = false;
}

function take() {
  try {
    const notice = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    sessionStorage.removeItem(key);
    return notice;
  } catch {
    return null;
  }
}
