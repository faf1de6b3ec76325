// The banner until the address is verified, and the example of a call for verified addresses.

import { onIdTokenChanged, sendEmailVerification } from '../../firebase/firebase.js';
import { call } from '../api.js';
import { ApiError } from '../api-error.js';
import { auth } from '../auth/session.js';
import { describe } from '../ui/error-messages.js';

/** @typedef {import('../../firebase/firebase.js').User} User */

const banner = /** @type {HTMLElement} */ (document.querySelector('[data-verify]'));
const button = /** @type {HTMLButtonElement} */ (banner.querySelector('[data-verify-send]'));
const members = /** @type {HTMLElement} */ (document.querySelector('[data-members]'));

const waitSeconds = 60; // the platform limits how often it sends to one address
const newAccountMs = 60_000;

onIdTokenChanged(auth, async (user) => {
  const proven = !user?.email || (user.emailVerified && (await tokenSaysSo(user)));
  if (user !== auth.currentUser) return;
  banner.hidden = proven;
  say(banner, '[data-verify-email]', user?.email ?? '');
  if (!banner.hidden && user && isNew(user)) send();
});

/**
 * The server goes by the token, and reload() makes the user object know before there is a new one (auth/session-watch.js): a banner
 * that went at once would be gone while calls are still refused.
 * @param {User} user
 */
async function tokenSaysSo(user) {
  try {
    const { claims } = await user.getIdTokenResult();
    return claims.email_verified === true;
  } catch {
    return true; // offline, or the session is over: nothing to nag about
  }
}

/** Whether this is the first page after signing up, which sends the first email by itself. @param {User} user */
function isNew(user) {
  const key = `latchkey:verification:${user.uid}`;
  const age = Date.now() - Date.parse(user.metadata.creationTime ?? '');
  try {
    if (!(age < newAccountMs) || sessionStorage.getItem(key)) return false;
    sessionStorage.setItem(key, 'sent');
    return true;
  } catch {
    return false; // storage is blocked: it could not be told from the second page
  }
}

async function send() {
  const user = auth.currentUser;
  if (!user || button.disabled) return;
  button.disabled = true;
  say(banner, '[data-problem]', '');
  try {
    await sendEmailVerification(user, { url: `${location.origin}/account` });
    say(banner, '[data-status]', `An email with a link is on its way to ${user.email}. Look in the spam folder too.`);
    button.textContent = 'Send it again';
    countDown(waitSeconds);
  } catch (error) {
    say(banner, '[data-problem]', describe(error).message);
    button.disabled = false;
  }
}

/** @param {number} seconds until the button works again */
function countDown(seconds) {
  button.disabled = seconds > 0;
  say(banner, '[data-verify-wait]', seconds > 0 ? `You can send another in ${seconds} s.` : '');
  if (seconds > 0) setTimeout(countDown, 1000, seconds - 1);
}

async function tryMembers() {
  say(members, '[data-status]', '');
  say(members, '[data-problem]', '');
  try {
    const { data } = await call('GET', '/api/members/hello');
    say(members, '[data-status]', data.message);
  } catch (error) {
    const unverified = error instanceof ApiError && error.code === 'email_unverified';
    const next = auth.currentUser?.email
      ? 'The server wants a verified address (403 email_unverified). Open the link in the email; the top of this page sends another.'
      : 'The server wants a verified address (403 email_unverified), and this account has none.';
    say(members, '[data-problem]', unverified ? next : describe(error).message);
  }
}

button.addEventListener('click', send);
const tryButton = /** @type {HTMLButtonElement} */ (members.querySelector('button'));
tryButton.addEventListener('click', tryMembers);
tryButton.disabled = false;

/** @param {HTMLElement} part @param {string} selector @param {string} words */
function say(part, selector, words) {
  const place = part.querySelector(selector);
  if (place) place.textContent = words;
}
