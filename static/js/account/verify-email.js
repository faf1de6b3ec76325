// The banner that asks users to verify their email address, and the example of an API call that
// requires it.

import { onIdTokenChanged, sendEmailVerification } from '../../firebase/firebase.js';
import { call } from '../api.js';
import { auth } from '../auth/session.js';
import { ApiError } from '../errors.js';
import { setText } from '../ui/dom.js';
import { showError, showMessage } from '../ui/messages.js';

/** @typedef {import('../../firebase/firebase.js').User} User */

const banner = /** @type {HTMLElement} */ (document.querySelector('[data-verify]'));
const sendButton = /** @type {HTMLButtonElement} */ (banner.querySelector('[data-verify-send]'));
const members = /** @type {HTMLElement} */ (document.querySelector('[data-members]'));
const tryButton = /** @type {HTMLButtonElement} */ (members.querySelector('button'));

const resendSeconds = 60; // the platform limits how often it sends to one address
const newAccountMs = 60_000;

onIdTokenChanged(auth, async (user) => {
  const verified = !user?.email || (user.emailVerified && (await tokenIsVerified(user)));
  if (user !== auth.currentUser) return;
  banner.hidden = verified;
  setText(banner, '[data-verify-email]', user?.email ?? '');
  if (!banner.hidden && user && isNew(user)) sendVerification();
});

/**
 * Whether the ID token says that the email address is verified. reload() updates the user before
 * there is a new token (session-watch.js). With the old one, the server may rely on its last user
 * lookup for 30 seconds and still reject API calls, so hiding the banner then would be too early.
 * @param {User} user
 */
async function tokenIsVerified(user) {
  try {
    const { claims } = await user.getIdTokenResult();
    return claims.email_verified === true;
  } catch {
    return true; // offline, or the session has ended: don't show the banner
  }
}

/**
 * Whether this is the first page after signing up, which sends the first email by itself. It
 * doesn't store the uid, because a tab that shows another site while the user signs out can't
 * remove what it stored.
 * @param {User} user
 */
function isNew(user) {
  const key = 'latchkey:verification-sent';
  const created = user.metadata.creationTime ?? '';
  const age = Date.now() - Date.parse(created);
  try {
    if (!(age < newAccountMs) || sessionStorage.getItem(key) === created) return false;
    sessionStorage.setItem(key, created);
    return true;
  } catch {
    return false; // storage is blocked, so every page would look like the first
  }
}

async function sendVerification() {
  const user = auth.currentUser;
  if (!user || sendButton.disabled) return;
  sendButton.disabled = true;
  showMessage(banner, '');
  try {
    await sendEmailVerification(user, { url: `${location.origin}/account` });
    showMessage(
      banner,
      `We sent a link to ${user.email}. If you don't see the email, check your spam folder.`,
    );
    sendButton.textContent = 'Send again';
    countDown(resendSeconds);
  } catch (error) {
    showError(banner, error);
    sendButton.disabled = false;
  }
}

/** @param {number} seconds until the button works again */
function countDown(seconds) {
  sendButton.disabled = seconds > 0;
  setText(
    banner,
    '[data-verify-wait]',
    seconds > 0 ? `You can send another email in ${seconds} s.` : '',
  );
  if (seconds > 0) setTimeout(countDown, 1000, seconds - 1);
}

async function tryMembersCall() {
  showMessage(members, '');
  try {
    const { data } = await call('GET', '/api/members/hello');
    showMessage(members, data.message);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'email_unverified') {
      const nextStep = auth.currentUser?.email
        ? 'Open the link in the verification email, or send a new one from the top of this page.'
        : 'Add one under Sign-in methods, then verify it.';
      showMessage(members, `This requires a verified email address. ${nextStep}`, 'problem');
    } else {
      showError(members, error);
    }
  }
}

sendButton.addEventListener('click', sendVerification);
tryButton.addEventListener('click', tryMembersCall);
tryButton.disabled = false;
