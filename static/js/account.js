// The account page: who may see it, and what fills its sections.

import { call } from './api.js';
import { endReason, onUser } from './auth.js';
import { showDetails } from './details.js';
import { describe } from './errors.js';
import { showProfile } from './profile.js';

const main = /** @type {HTMLElement} */ (document.querySelector('[data-account]'));
const problem = /** @type {HTMLElement} */ (main.querySelector('[data-load-problem]'));

let uid = '';

onUser((user) => {
  if (!user) return leave();
  if (user.uid === uid) return; // only a new token
  if (uid) return location.reload(); // another tab signed in as somebody else
  uid = user.uid;
  load();
});

async function load() {
  problem.hidden = true;
  main.ariaBusy = 'true';
  try {
    const { data } = await call('GET', '/api/account');
    showDetails(data.user);
    showProfile(data.profile, data.profileETag);
  } catch (error) {
    const sentence = problem.querySelector('p');
    if (sentence) sentence.textContent = describe(error).message;
    problem.hidden = false;
  } finally {
    main.ariaBusy = 'false';
  }
}

problem.querySelector('button')?.addEventListener('click', load);

/** Clears the page, so that neither the back button nor a screen left open shows it, and goes to sign in. */
function leave() {
  main.replaceChildren();
  const query = new URLSearchParams({ next: '/account' });
  if (uid) query.set('reason', endReason());
  location.replace(`/signin?${query}`);
}
