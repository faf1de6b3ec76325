// Runs on every page: shows who is signed in, and the parts of the page that are only for
// signed-in or signed-out users (data-when).

import { forgetExpiredAddress } from '../auth/link-address.js';
import { expectsSession, onSignInHint } from '../auth/session-hint.js';
import { setText } from './dom.js';

let following = false;

/** Loads the SDK and follows its session. The SDK's first report also corrects a wrong hint. */
async function followSession() {
  if (following) return;
  following = true;
  const { onUser } = await import('../auth/session.js');
  onUser(showUser);
  for (const button of document.querySelectorAll('[data-sign-out]')) {
    button.addEventListener('click', signOut);
  }
}

async function signOut() {
  const session = await import('../auth/session.js');
  if (session.auth.currentUser?.isAnonymous) {
    // A page without the confirmation dialog sends guests to the one that has it.
    if (!document.getElementById('confirm')) return location.assign('/account');
    const { confirmGuestSignOut } = await import('../auth/guest.js');
    if (!(await confirmGuestSignOut())) return;
  }
  await session.signOut();
}

/** @param {import('../auth/session.js').User | null} user */
function showUser(user) {
  setText(document, '[data-user]', user ? nameOf(user) : '');
  document.documentElement.dataset.session = user ? 'in' : 'out';
}

/** @param {import('../auth/session.js').User} user */
function nameOf(user) {
  return (
    user.displayName ||
    user.email ||
    user.phoneNumber ||
    (user.isAnonymous ? 'Guest' : 'Your account')
  );
}

// A script that fails to load can't report it, so this one does. The event doesn't bubble; hence
// the capture phase.
addEventListener(
  'error',
  ({ target }) => {
    if (target instanceof HTMLScriptElement) {
      document.querySelector('[data-load-failed]')?.removeAttribute('hidden');
    }
  },
  true,
);

forgetExpiredAddress();
if (expectsSession()) {
  followSession().catch(() => showUser(null)); // the SDK didn't load; the sign-in page says so
} else {
  showUser(null);
}
onSignInHint(followSession);
