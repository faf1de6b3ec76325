// The account page: sends signed-out users to the sign-in page and fills the sections for the
// others.

import { showNameAndPicture } from '../account/name-and-picture.js';
import { showProfile } from '../account/profile-form.js';
import { showSecurity } from '../account/security.js';
import '../account/session-panel.js';
import { showMethods, startMethods } from '../account/sign-in-methods.js';
import { showTakeover } from '../account/takeover.js';
import { showDetails } from '../account/user-details.js';
import '../account/verify-email.js';
import { call } from '../api.js';
import { leavePage } from '../auth/leave-page.js';
import { watchSession } from '../auth/session-watch.js';
import { onUser } from '../auth/session.js';
import { setText } from '../ui/dom.js';
import { describeError } from '../ui/error-messages.js';
import '../ui/reveal-password.js';

/** @typedef {import('../auth/session.js').User} User */

const main = /** @type {HTMLElement} */ (document.querySelector('[data-account]'));
const problem = /** @type {HTMLElement} */ (main.querySelector('[data-load-problem]'));

let uid = '';
let shownUser = '';

onUser((user) => {
  if (!user) return leavePage(main, uid !== '');
  if (uid && user.uid !== uid) return location.reload(); // another tab has changed accounts
  const isFirst = uid === '';
  const before = shownUser;
  uid = user.uid;
  shownUser = summary(user);
  if (isFirst) load();
  else if (shownUser !== before) refresh(); // changed here, in another tab or on another device
});

/** Returns what the page shows of the user, to detect changes. @param {User} user */
function summary(user) {
  const { displayName, photoURL, email, emailVerified, phoneNumber, providerData } = user;
  return JSON.stringify([displayName, photoURL, email, emailVerified, phoneNumber, providerData]);
}

async function load() {
  problem.hidden = true;
  main.ariaBusy = 'true';
  try {
    const { data } = await call('GET', '/api/account');
    showUser(data.user);
    showProfile(data.profile, data.profileETag);
    startMethods();
    showTakeover(data, /** @type {HTMLElement} */ (main.querySelector('[data-notice]')));
  } catch (error) {
    setText(problem, 'p', describeError(error).message);
    problem.hidden = false;
  } finally {
    main.ariaBusy = 'false';
  }
}

/** Updates everything but the profile form, in which the user may be typing. */
async function refresh() {
  await call('GET', '/api/account').then(
    ({ data }) => showUser(data.user),
    () => undefined,
  );
}

/** @param {import('../account/user-details.js').Account} user */
function showUser(user) {
  showDetails(user);
  showNameAndPicture(user);
  showSecurity(user);
  showMethods();
}

problem.querySelector('button')?.addEventListener('click', load);
watchSession();
