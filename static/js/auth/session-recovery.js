// Recovers from a browser bug that would keep the page waiting for the session.
//
// Chromium can lose a request to open an IndexedDB database if the page makes it right after
// another page of the same site was left. Before it restores the session, the SDK reads its usage
// data from such a database, without a timeout (firebase 12.19). Reloading the page cures it.

import { expectsSession } from './session-hint.js';

// Longer than a slow phone takes to restore a session, shorter than users wait.
const timeoutMs = 6000;

// Reloading twice in a row would mean that something else is wrong.
const minIntervalMs = 60_000;

const key = 'latchkey:recovery-reload';

/**
 * Reloads the page if the SDK doesn't get ready. Only where a session is expected: there the page
 * shows nothing yet, so users can't lose what they have typed.
 * @param {Promise<void>} ready
 */
export function reloadIfStuck(ready) {
  if (!expectsSession()) return;
  const timer = setTimeout(() => {
    const last = Number(sessionStorage.getItem(key));
    if (!navigator.onLine || Date.now() - last < minIntervalMs) return;
    sessionStorage.setItem(key, String(Date.now()));
    location.reload();
  }, timeoutMs);
  ready.finally(() => clearTimeout(timer));
}
