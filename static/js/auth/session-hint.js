// Whether this browser probably has a session. Pages that don't need an account check this first,
// so that signed-out visitors don't download the SDK (some 30 KB). It is only a hint: Firebase
// knows, and the server decides.

const key = 'latchkey:session';

/** @returns {boolean} true also if storage is blocked and nothing is known */
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
    // Storage is blocked, so expectsSession returns true each time.
  }
  if (signedIn) dispatchEvent(new Event(key));
}

/** @param {() => void} listener called when a user signs in, in this tab or another */
export function onSignInHint(listener) {
  addEventListener(key, listener); // the "storage" event only reaches other tabs
  addEventListener('storage', (event) => {
    if (event.key === key && event.newValue) listener();
  });
}
