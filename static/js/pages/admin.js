// The users of the project, for admins, and for staff at /internal/. The server checks every call; what this page hides is
// a courtesy.

import { call as callAPI } from '../api.js';
import { ApiError } from '../api-error.js';
import { onUser } from '../auth/session.js';
import { contactLink } from '../ui/support-link.js';
import { describe } from '../ui/error-messages.js';
import { onSubmit } from '../ui/form.js';
import { leave } from '../auth/leave-page.js';
import { manage } from './manage-user.js';
import { watchSession } from '../auth/session-watch.js';

/** @typedef {import('../account/user-details.js').Account} Account */

const main = /** @type {HTMLElement} */ (document.querySelector('[data-admin]'));
const base = main.dataset.admin ?? '';
const list = /** @type {HTMLElement} */ (main.querySelector('[data-users]'));
const more = /** @type {HTMLButtonElement} */ (main.querySelector('[data-more]'));
const search = /** @type {HTMLFormElement} */ (document.getElementById('user-search'));
const problem = /** @type {HTMLElement} */ (main.querySelector('[data-load-problem]'));
const template = /** @type {HTMLTemplateElement} */ (document.getElementById('user-row'));

// Staff come through Identity-Aware Proxy, which knows them by a cookie of its own: they have no ID token of this app.
const bearer = base === '/api/admin';

let uid = '';
let query = '';
let next = '';

/** @param {string} method @param {string} path @param {unknown} [body] */
function call(method, path, body) {
  return callAPI(method, base + path, { body, bearer });
}

/** @param {string} page "" for the first */
async function load(page) {
  main.ariaBusy = 'true';
  more.disabled = true;
  problem.hidden = true;
  try {
    const { data } = await call('GET', `/users?${new URLSearchParams({ q: query, page })}`);
    if (!page) list.replaceChildren();
    list.append(...data.users.map(row));
    next = data.next;
    more.hidden = !next;
    count();
  } catch (error) {
    explain(error);
  } finally {
    main.ariaBusy = 'false';
    more.disabled = false;
  }
}

function count() {
  const shown = list.children.length;
  const words = shown === 1 ? '1 user' : `${shown} users`;
  const rest = next ? (query ? ', and not all were searched yet' : ', and there are more') : '';
  const place = main.querySelector('[data-count]');
  if (place) place.textContent = shown || next ? `${words}${rest}.` : 'Nobody was found.';
}

/** @param {unknown} error */
function explain(error) {
  const forbidden = error instanceof ApiError && error.code === 'forbidden';
  const sentence = problem.querySelector('p');
  if (sentence) {
    sentence.textContent = forbidden
      ? 'This page is for people with the role admin, and your account does not have it. An admin can give it to you; '
        + 'whoever runs this app makes the first one with: go run . grant-role EMAIL admin'
      : describe(error).message;
  }
  problem.hidden = false;
  for (const element of [search, problem.querySelector('button')]) if (element) element.hidden = forbidden;
  const contact = forbidden ? contactLink() : null;
  if (contact) sentence?.append(' ', contact);
}

/** @param {Account} user */
function row(user) {
  const item = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  const name = user.displayName || user.email || user.phoneNumber || 'A guest';
  say(item, '[data-name]', name);
  say(item, '[data-line]', [user.email, user.phoneNumber, user.uid].filter((word) => word && word !== name).join(' · '));
  const badges = [user.disabled && 'Disabled', ...user.roles, user.email && !user.emailVerified && 'Not verified'];
  item.querySelector('[data-badges]')?.replaceChildren(...badges.filter(Boolean).map(badge));
  const button = /** @type {HTMLButtonElement} */ (item.querySelector('[data-manage]'));
  button.ariaLabel = `Manage ${name}`;
  button.hidden = user.uid === uid; // admins do not act on themselves
  button.addEventListener('click', async () => {
    const changed = await manage(user, name, call);
    if (changed === null) item.remove();
    else item.replaceWith(row(changed));
    count();
  });
  return item;
}

/** @param {string | false} words */
function badge(words) {
  const badge = document.createElement('span');
  badge.className = 'badge';
  badge.textContent = String(words);
  return badge;
}

/** @param {HTMLElement} item @param {string} selector @param {string} words */
function say(item, selector, words) {
  const place = item.querySelector(selector);
  if (place) place.textContent = words;
}

onSubmit(search, async () => {
  query = String(new FormData(search).get('q')).trim();
  await load('');
});
more.addEventListener('click', () => load(next));
problem.querySelector('button')?.addEventListener('click', () => load(''));

if (bearer) {
  watchSession();
  onUser((user) => {
    if (user?.uid === uid) return;
    if (uid || !user) return leave(main, uid !== '');
    uid = user.uid;
    load('');
  });
} else {
  load('');
}
