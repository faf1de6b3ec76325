// The list of users, for administrators and, under /internal/, for staff. The server checks every
// call. What this page hides is only a convenience.

import { call as callApi } from '../api.js';
import { leavePage } from '../auth/leave-page.js';
import { watchSession } from '../auth/session-watch.js';
import { onUser } from '../auth/session.js';
import { ApiError } from '../errors.js';
import { setText } from '../ui/dom.js';
import { describeError } from '../ui/error-messages.js';
import { onSubmit } from '../ui/form.js';
import { supportLink } from '../ui/support-link.js';
import { manageUser } from './manage-user.js';
import { addressOf, describeUser, showIdentity } from './user-identity.js';

/** @typedef {import('../account/user-details.js').Account} Account */

const main = /** @type {HTMLElement} */ (document.querySelector('[data-admin]'));
const base = main.dataset.admin ?? '';
const list = /** @type {HTMLElement} */ (main.querySelector('[data-users]'));
const count = /** @type {HTMLElement} */ (main.querySelector('[data-count]'));
const moreButton = /** @type {HTMLButtonElement} */ (main.querySelector('[data-more]'));
const search = /** @type {HTMLFormElement} */ (document.getElementById('user-search'));
const problem = /** @type {HTMLElement} */ (main.querySelector('[data-load-problem]'));
const template = /** @type {HTMLTemplateElement} */ (document.getElementById('user-row'));

// Staff have no ID token. Identity-Aware Proxy identifies them by its own cookie.
const bearer = base === '/api/admin';

let uid = '';
let query = '';
let nextPage = '';

/** @param {string} method @param {string} path @param {unknown} [body] */
function call(method, path, body) {
  return callApi(method, base + path, { body, bearer });
}

/** @param {string} page "" for the first */
async function load(page) {
  main.ariaBusy = 'true';
  moreButton.disabled = true;
  problem.hidden = true;
  try {
    const { data } = await call('GET', `/users?${new URLSearchParams({ q: query, page })}`);
    if (!page) list.replaceChildren();
    list.append(...data.users.map(userRow));
    nextPage = data.next;
    moreButton.hidden = !nextPage;
    showCount();
  } catch (error) {
    showProblem(error);
  } finally {
    main.ariaBusy = 'false';
    moreButton.disabled = false;
  }
}

/** @param {string} [news] shown before the count */
function showCount(news = '') {
  const shown = list.children.length;
  const users = shown === 1 ? '1 user' : `${shown} users`;
  const rest = query ? 'Show more to continue the search.' : 'Show more to see the rest.';
  const total = shown > 0 ? `${users}.` : 'No users found.';
  count.textContent = `${news} ${nextPage ? `${users} so far. ${rest}` : total}`.trim();
}

/** @param {unknown} error */
function showProblem(error) {
  const forbidden = error instanceof ApiError && error.code === 'forbidden';
  setText(
    problem,
    'p',
    forbidden
      ? 'Only administrators can see this page. To get access, ask one of them for the admin role.'
      : describeError(error).message,
  );
  problem.hidden = false;
  for (const element of [search, problem.querySelector('button')]) {
    if (element) element.hidden = forbidden;
  }
  const link = forbidden ? supportLink() : null;
  if (link) problem.querySelector('p')?.append(' ', link);
}

/** @param {Account} user */
function userRow(user) {
  const item = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  showUser(item, user);
  item.querySelector('[data-manage]')?.addEventListener('click', async () => {
    const changed = await manageUser(user, call);
    if (!changed) return removeRow(item, user);
    user = changed;
    showUser(item, user);
  });
  return item;
}

/** @param {HTMLElement} item @param {Account} user */
function showUser(item, user) {
  showIdentity(item, user);
  const button = /** @type {HTMLButtonElement} */ (item.querySelector('[data-manage]'));
  button.ariaLabel = `Manage ${addressOf(user) || user.uid}`;
  button.hidden = user.uid === uid; // administrators can't change their own account here
}

/** @param {HTMLElement} item @param {Account} user */
function removeRow(item, user) {
  item.remove();
  showCount(`${describeUser(user)} was deleted.`);
  count.focus(); // the button that had the focus is gone
}

onSubmit(search, async () => {
  query = String(new FormData(search).get('q')).trim();
  await load('');
});
moreButton.addEventListener('click', () => load(nextPage));
problem.querySelector('button')?.addEventListener('click', () => load(''));

if (bearer) {
  watchSession();
  onUser((user) => {
    if (user?.uid === uid) return;
    if (uid || !user) return leavePage(main, uid !== '');
    uid = user.uid;
    load('');
  });
} else {
  load('');
}
