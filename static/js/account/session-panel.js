// The session panel: what the SDK knows, and what happened in this tab. It shows claims but no token: a token on a screen
// is a token in somebody's screenshot.

import { onIdTokenChanged } from '../../firebase/firebase.js';
import { auth } from '../auth/session.js';
import { show, when } from './user-details.js';
import { describe } from '../ui/error-messages.js';
import { isAnyEmail } from '../auth/method-names.js';

/** @typedef {import('../../firebase/firebase.js').User} User */
/** @typedef {import('../../firebase/firebase.js').IdTokenResult} Token */

const panel = document.querySelector('[data-session-panel]'); // absent where the panel is switched off
const maxEntries = 50;

/** @type {Token | null} */
let last = null;

/** @param {User | null} user */
async function follow(user) {
  const token = user ? await user.getIdTokenResult().catch(() => null) : null;
  for (const event of events(token)) log(event);
  last = token;
  show('sessionState', user ? 'Somebody is signed in' : 'Nobody is signed in');
  show('sessionSignIn', token ? `${when(token.authTime)}, by ${means(token)}` : '');
  const claims = panel?.querySelector('[data-claims]');
  if (claims) claims.textContent = token ? JSON.stringify(token.claims, null, 2) : '';
  showExpiry();
}

/** @param {Token} token */
function means({ signInProvider }) {
  if (signInProvider === null) return 'unknown means';
  return isAnyEmail(signInProvider) ? 'email, with a password or a link' : signInProvider;
}

let initialised = false;

/** What the listener was called for: it is not told. @param {Token | null} token @returns {string[]} */
function events(token) {
  if (!initialised) {
    initialised = true;
    return token
      ? ['Initialised: the SDK restored the session from this browser’s storage', `Signed in at ${clock(token.authTime)}`,
        `The ID token is of ${clock(token.issuedAtTime)}`]
      : ['Initialised: there is no session'];
  }
  if (!token) return ['Signed out'];
  if (!last) return ['Signed in'];
  if (Date.parse(token.authTime) > Date.parse(last.authTime)) return ['Signed in again (reauthenticated): the ID token has a new auth_time'];
  if (token.token !== last.token) return [`The ID token was refreshed; the new one expires at ${clock(token.expirationTime)}`];
  return ['The user was reloaded; the ID token stays'];
}

/** @param {string} words */
function log(words) {
  const list = panel?.querySelector('[data-session-log]');
  if (list?.lastElementChild?.textContent?.endsWith(words)) list.lastElementChild.remove(); // the same again: the latest will do
  const item = document.createElement('li');
  const time = document.createElement('time');
  time.textContent = new Date().toLocaleTimeString();
  item.append(time, ' ', words);
  list?.append(item);
  if (list && list.children.length > maxEntries) list.firstElementChild?.remove();
}

function showExpiry() {
  if (!last) return show('sessionExpiry', '');
  const seconds = Math.floor((Date.parse(last.expirationTime) - Date.now()) / 1000);
  const left = seconds > 0 ? `Expires in ${Math.floor(seconds / 60)} min ${seconds % 60} s` : 'Expired';
  show('sessionExpiry', `${left}. The SDK renews it when it is next needed.`);
}

async function refresh() {
  const problem = /** @type {HTMLElement} */ (panel?.querySelector('[data-problem]'));
  problem.textContent = '';
  try {
    await auth.currentUser?.getIdToken(true);
  } catch (error) {
    problem.textContent = describe(error).message;
  }
}

/** @param {string} time */
function clock(time) {
  return new Date(time).toLocaleTimeString();
}

if (panel) {
  onIdTokenChanged(auth, follow);
  setInterval(showExpiry, 1000);
  const button = /** @type {HTMLButtonElement} */ (panel.querySelector('[data-refresh]'));
  button.addEventListener('click', refresh);
  button.disabled = false;
}
