// Whether a tab of this browser waits for the user to confirm it's them with an emailed link, which
// opens in another tab.

const key = 'latchkey:confirming';

/** @param {string} email the address that the link was sent to */
export function startConfirming(email) {
  try {
    localStorage.setItem(key, email);
  } catch {
    // Storage is blocked, so the other tab goes to the account page.
  }
}

/** @param {string} email @returns {boolean} whether a tab waits for a link to this address */
export function isConfirming(email) {
  try {
    return localStorage.getItem(key) === email;
  } catch {
    return false;
  }
}

export function stopConfirming() {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing is stored.
  }
}
