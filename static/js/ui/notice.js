// One sentence for the next page: what happened to the account while the person was on the way there. Only names of
// things travel, no text: what one tab's storage holds could come from anywhere.

import { methodName } from '../auth/method-names.js';

const key = 'latchkey:notice';

/** @type {Record<string, (methods: string) => string>} */
const sentences = {
  added: (methods) => `${methods} now opens this account too.`,
  'not-added': (methods) => `You are signed in, but ${methods} could not be added. You can link it below.`,
  'other-account': (methods) => `You signed in to an account with another email address, so ${methods} was not added to it.`,
  'trip-forgot': (methods) => `You are signed in. ${methods} is not added yet, since leaving the page to sign in forgot it. `
    + 'Link it below.',
  removed: (methods) => `${methods} can no longer open this account. Its email address had never been verified, and you `
    + 'have just proved that it is yours. So the account is yours, and what could open it before was removed. You can '
    + 'link it again below.',
};

/** @param {keyof typeof sentences} name @param {string[]} methods */
export function leaveNotice(name, methods) {
  try {
    sessionStorage.setItem(key, JSON.stringify({ name, methods }));
  } catch {
    // Storage is blocked: the account page shows the outcome anyway.
  }
}

/** Shows the sentence that an earlier page left, once. @param {HTMLElement} place */
export function showNotice(place) {
  const { name, methods } = take() ?? {};
  if (typeof name !== 'string' || !Object.hasOwn(sentences, name) || !Array.isArray(methods)) return;
  place.textContent = sentences[name]?.(methods.map((id) => methodName(String(id))).join(', ')) ?? '';
  place.hidden = false;
}

function take() {
  try {
    const left = JSON.parse(sessionStorage.getItem(key) ?? 'null');
    sessionStorage.removeItem(key);
    return left;
  } catch {
    return null;
  }
}
