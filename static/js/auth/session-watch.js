// Notices what happened elsewhere. A session that was ended on another device ends here within a minute while the page
// is visible, and what was changed there is picked up when the person comes back.

import { call } from '../api.js';
import { auth, noteEnd } from './session.js';

// With the 30 seconds for which the server may rely on its last look-up, this stays under a minute.
const everyMs = 20_000;

export function watchSession() {
  setInterval(tick, everyMs);
  addEventListener('focus', freshen);
  document.addEventListener('visibilitychange', freshen);
}

async function tick() {
  if (document.hidden || !auth.currentUser) return;
  // If the session is over, call renews the token, which fails, and the SDK signs out: the listeners do the rest.
  await call('GET', '/api/session').catch(() => undefined);
  if (auth.currentUser?.email && !auth.currentUser.emailVerified) await freshen();
}

/**
 * Reads the user anew, and the token too when it says something else about the address: reload() alone leaves the old
 * claim in the token for up to an hour. The listeners of every tab hear of it.
 */
export async function freshen() {
  const user = auth.currentUser;
  if (document.hidden || !user) return;
  try {
    await user.reload();
    const { claims } = await user.getIdTokenResult();
    const claimed = claims.email === undefined || (claims.email === user.email && claims.email_verified === user.emailVerified);
    if (!claimed) await user.getIdToken(true);
  } catch (error) {
    noteEnd(error); // the session may be over, in which case the SDK has signed out; or this device is offline
  }
}
