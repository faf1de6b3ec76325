// The session panel, for developers: what the SDK knows, and what happened in this tab. It shows
// claims but never a token, because a token on the screen ends up in screenshots.

import { onIdTokenChanged } from '../../firebase/firebase.js';
import { isPasswordOrLink, methodName } from '../auth/method-names.js';
import { auth } from '../auth/session.js';
import { setText } from '../ui/dom.js';
import { showError, showMessage } from '../ui/messages.js';
import { formatTime, setDetail } from './user-details.js';

/** @typedef {import('../../firebase/firebase.js').User} User */
/** @typedef {import('../../firebase/firebase.js').IdTokenResult} Token */

const panel = document.querySelector('[data-session-panel]'); // absent if SESSION_PANEL is off
const maxEntries = 50;

/** @type {Record<string, string>} */
const described = {
  password: 'a password',
  phone: 'a phone number',
  custom: 'a custom token',
};

/** @type {Token | null} */
let last = null;
let initialized = false;

/** @param {Element} panel @param {User | null} user */
async function update(panel, user) {
  const token = user ? await user.getIdTokenResult().catch(() => null) : null;
  for (const event of describeChange(token)) log(panel, event);
  last = token;
  setDetail('sessionState', user ? 'Signed in' : 'Signed out');
  setDetail(
    'sessionSignIn',
    token ? `${formatTime(token.authTime)}, ${describeProvider(token)}` : '',
  );
  setText(panel, '[data-claims]', token ? JSON.stringify(token.claims, null, 2) : '');
  showExpiry();
}

/** @param {Token} token */
function describeProvider({ signInProvider }) {
  if (signInProvider === null) return 'with an unknown method';
  if (signInProvider === 'anonymous') return 'as a guest';
  if (isPasswordOrLink(signInProvider)) return 'with a password or an email link';
  return `with ${described[signInProvider] ?? methodName(signInProvider)}`;
}

/**
 * Works out what changed, which the SDK doesn't tell its listeners.
 * @param {Token | null} token
 * @returns {string[]}
 */
function describeChange(token) {
  if (!initialized) {
    initialized = true;
    return token ? describeStart(token) : ['Initialized: there is no session'];
  }
  if (!token) return ['Signed out'];
  if (!last) return ['Signed in'];
  if (Date.parse(token.authTime) > Date.parse(last.authTime)) {
    return ['Signed in again (reauthenticated): the ID token has a new auth_time'];
  }
  if (token.token !== last.token) {
    return [
      `The ID token was refreshed; the new one expires at ${clockTime(token.expirationTime)}`,
    ];
  }
  return ['The user was reloaded; the ID token is the same'];
}

/** @param {Token} token */
function describeStart(token) {
  return [
    "Initialized: the SDK restored the session from this browser's storage",
    `Last sign-in: ${clockTime(token.authTime)}`,
    `ID token issued: ${clockTime(token.issuedAtTime)}`,
  ];
}

/**
 * Adds an entry to the log; one that repeats the previous entry replaces it.
 * @param {Element} panel
 * @param {string} text
 */
function log(panel, text) {
  const list = panel.querySelector('[data-session-log]');
  if (!list) return;
  if (list.lastElementChild?.textContent?.endsWith(text)) list.lastElementChild.remove();
  const item = document.createElement('li');
  const time = document.createElement('time');
  time.textContent = new Date().toLocaleTimeString();
  item.append(time, ' ', text);
  list.append(item);
  if (list.children.length > maxEntries) list.firstElementChild?.remove();
}

function showExpiry() {
  if (!last) return setDetail('sessionExpiry', '');
  const seconds = Math.floor((Date.parse(last.expirationTime) - Date.now()) / 1000);
  const left =
    seconds > 0 ? `Expires in ${Math.floor(seconds / 60)} min ${seconds % 60} s` : 'Expired';
  setDetail('sessionExpiry', `${left}. The SDK refreshes it the next time it's needed.`);
}

/** @param {Element} panel */
async function refreshToken(panel) {
  showMessage(panel, '');
  try {
    await auth.currentUser?.getIdToken(true);
  } catch (error) {
    showError(panel, error);
  }
}

/** @param {string} time */
function clockTime(time) {
  return new Date(time).toLocaleTimeString();
}

if (panel) {
  onIdTokenChanged(auth, (user) => update(panel, user));
  setInterval(showExpiry, 1000);
  const button = /** @type {HTMLButtonElement} */ (panel.querySelector('[data-refresh]'));
  button.addEventListener('click', () => refreshToken(panel));
  button.disabled = false;
}
