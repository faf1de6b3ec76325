// On every page: shows who is signed in, and the parts of the page that are for one state only (data-when).

import { expectsSession, onSignInHint } from '../auth/session-hint.js';

let watching = false;

/** Loads the SDK and follows its session. The first answer also corrects a wrong hint. */
async function watch() {
  if (watching) return;
  watching = true;
  const { onUser } = await import('../auth/session.js');
  onUser(show);
  for (const button of document.querySelectorAll('[data-sign-out]')) button.addEventListener('click', leave);
}

async function leave() {
  const { auth, signOut } = await import('../auth/session.js');
  if (auth.currentUser?.isAnonymous) {
    if (!document.getElementById('confirm')) return location.assign('/account'); // which says what would be lost
    const { askBeforeGuestLeaves } = await import('../auth/guest.js');
    if (!(await askBeforeGuestLeaves())) return;
  }
  await signOut();
}

/** @param {import('../auth/session.js').User | null} user */
function show(user) {
  const link = document.querySelector('[data-user]');
  if (link) link.textContent = user ? user.displayName || user.email || user.phoneNumber || (user.isAnonymous ? 'Guest' : 'Your account') : '';
  document.documentElement.dataset.session = user ? 'in' : 'out';
}

// No other script can say that it did not arrive. The event does not bubble; this one runs first.
addEventListener('error', ({ target }) => {
  if (target instanceof HTMLScriptElement) document.querySelector('[data-load-failed]')?.removeAttribute('hidden');
}, true);

if (expectsSession()) {
  watch().catch(() => show(null)); // the SDK did not load: the sign-in page says why
} else {
  show(null);
}
onSignInHint(watch);
