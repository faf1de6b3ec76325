// Leaving a page that is only for signed-in users.

import { endReason } from './session.js';

/**
 * Clears the page, so that neither the back button nor an unattended screen shows it, and goes to
 * the sign-in page.
 * @param {HTMLElement} main
 * @param {boolean} wasSignedIn whether a session has ended, and the sign-in page says why
 */
export function leavePage(main, wasSignedIn) {
  main.replaceChildren();
  for (const dialog of document.querySelectorAll('dialog')) dialog.remove();
  // The SDK calls its listeners before it throws the error that says why the session ended. So
  // this waits for the error.
  setTimeout(() => {
    const query = new URLSearchParams({ next: location.pathname });
    if (wasSignedIn) query.set('reason', endReason());
    location.replace(`/signin?${query}`);
  });
}
