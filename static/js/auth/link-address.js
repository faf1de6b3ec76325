// The email address that a sign-in link was sent to. The browser that requested the link remembers
// the address until the link is used or has expired, or a user signs out (forget-user.js).

const key = 'latchkey:email-link';

// Six hours, after which Identity Platform rejects the link.
const lifetimeMs = 6 * 60 * 60 * 1000;

/** @param {string} email */
export function rememberAddress(email) {
  try {
    localStorage.setItem(key, JSON.stringify({ email, expires: Date.now() + lifetimeMs }));
  } catch {
    // Storage is blocked, so the page asks for the email address again.
  }
}

/** @returns {string} the email address that this browser requested a link for, or "" */
export function rememberedAddress() {
  try {
    const { email, expires } = JSON.parse(localStorage.getItem(key) ?? '{}');
    return expires > Date.now() ? email : '';
  } catch {
    return '';
  }
}

export function forgetAddress() {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing is stored.
  }
}

/** Every page calls this, because a user who abandons a link may not come back to sign in. */
export function forgetExpiredAddress() {
  if (!rememberedAddress()) forgetAddress();
}
