// A session that cannot be restored because the browser lost a request.
//
// Chromium can lose a request to open a database in IndexedDB that a page makes right after another page of the site was
// left in a hurry. The SDK waits for its usage data from there before it restores the session (firebase 12.19), and it
// waits for ever. Loading the page again cures it.

import { expectsSession } from './session-hint.js';

/** Longer than a slow phone takes to restore a session, shorter than a person waits. */
const patience = 6000; // milliseconds

const mark = 'reloaded-because-stuck';

/**
 * Loads the page again if the SDK does not get ready. Only once in a minute: twice is another trouble. And only where a
 * session is expected: there the page waits, and nothing that somebody typed is lost.
 * @param {Promise<void>} ready
 */
export function reloadIfStuck(ready) {
  if (!expectsSession()) return;
  const timer = setTimeout(() => {
    const last = Number(sessionStorage.getItem(mark));
    if (!navigator.onLine || Date.now() - last < 60_000) return;
    sessionStorage.setItem(mark, String(Date.now()));
    location.reload();
  }, patience);
  ready.finally(() => clearTimeout(timer));
}
