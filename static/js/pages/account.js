// The account page: who may see it, and what fills its sections.

import { call } from '../api.js';
import { onUser } from '../auth/session.js';
import { showDetails } from '../account/user-details.js';
import { showDisplay } from '../account/name-and-picture.js';
import { describe } from '../ui/error-messages.js';
import { leave } from '../auth/leave-page.js';
import { showMethods, startMethods } from '../account/sign-in-methods.js';
import { showProfile } from '../account/profile-form.js';
import '../ui/reveal-password.js';
import { showSecurity } from '../account/security.js';
import '../account/session-panel.js';
import '../account/verify-email.js';
import { watchSession } from '../auth/session-watch.js';

/** @typedef {import('../auth/session.js').User} User */

const main = /** @type {HTMLElement} */ (document.querySelector('[data-account]'));
const problem = /** @type {HTMLElement} */ (main.querySelector('[data-load-problem]'));

let uid = '';
let known = '';

onUser((user) => {
  if (!user) return leave(main, uid !== '');
  if (uid && user.uid !== uid) return location.reload(); // another tab signed in as somebody else
  const first = uid === '';
  const before = known;
  uid = user.uid;
  known = summary(user);
  if (first) load();
  else if (known !== before) repaint(); // changed here, in another tab or on another device
});

/** What the page shows of the user, to notice a change. @param {User} user */
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
  } catch (error) {
    const sentence = problem.querySelector('p');
    if (sentence) sentence.textContent = describe(error).message;
    problem.hidden = false;
  } finally {
    main.ariaBusy = 'false';
  }
}

/** Shows the user anew, and leaves the profile alone: somebody may be typing in it. */
async function repaint() {
  await call('GET', '/api/account').then(({ data }) => showUser(data.user), () => undefined);
}

/** @param {import('../account/user-details.js').Account} user */
function showUser(user) {
  showDetails(user);
  showDisplay(user);
  showSecurity(user);
  showMethods();
}

problem.querySelector('button')?.addEventListener('click', load);
watchSession();
