// What the app stores about the user, and when it is removed. Every key of the app begins with
// "latchkey:".

import { expectsSession } from './session-hint.js';

/**
 * Removes everything that the app has stored about the user. The SDK removes the session itself.
 *
 * If there was no session, it does nothing. What is stored then belongs to a user who is signing
 * in, such as the address that a link was sent to.
 * @param {boolean} hadUser whether a user was signed in on this page
 */
export function forgetUser(hadUser) {
  try {
    const hadSession = expectsSession();
    if (hadUser || hadSession) clear(sessionStorage); // each tab has its own
    // All tabs share this one, with the hint that there is a session. A tab that notices the end
    // later finds no hint and leaves it alone, because the next user may be signing in already.
    if (hadSession) clear(localStorage);
  } catch {
    // Storage is blocked, so nothing is stored.
  }
}

/** @param {Storage} storage */
function clear(storage) {
  for (const key of Object.keys(storage)) {
    if (key.startsWith('latchkey:')) storage.removeItem(key);
  }
}
