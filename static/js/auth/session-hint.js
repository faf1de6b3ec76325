// Whether this browser probably has a session. A page that needs no account asks here first and leaves the SDK
// (some 30 KB) unloaded for visitors who have none. A guess and no proof: only Firebase knows, and the server decides.

const key = 'latchkey:session';

/** @returns {boolean} true also when storage is blocked and nothing is known */
export function expectsSession() {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return true;
  }
}

/** @param {boolean} signedIn */
export function rememberSession(signedIn) {
  try {
    if (signedIn) localStorage.setItem(key, '1');
    else localStorage.removeItem(key);
  } catch {
    // Storage is blocked: expectsSession says so each time.
  }
  if (signedIn) dispatchEvent(new Event(key));
}

/** @param {() => void} listener called when somebody signs in, in this tab or another */
export function onSignInHint(listener) {
  addEventListener(key, listener); // "storage" tells other tabs only
  addEventListener('storage', (event) => {
    if (event.key === key && event.newValue) listener();
  });
}
