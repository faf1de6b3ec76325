// Away from a page that is for people who are signed in.

import { endReason } from './session.js';

/**
 * Clears the page, so that neither the back button nor a screen left open shows it, and goes to sign in.
 * @param {HTMLElement} main
 * @param {boolean} wasSignedIn whether there is a reason to give
 */
export function leave(main, wasSignedIn) {
  main.replaceChildren();
  // The SDK calls its listeners before the call that found the session ended has thrown, and only that call knows why.
  setTimeout(() => {
    const query = new URLSearchParams({ next: location.pathname });
    if (wasSignedIn) query.set('reason', endReason());
    location.replace(`/signin?${query}`);
  });
}
