// One plain sentence, and the next step, for everything that can go wrong. Unknown codes get a general sentence that
// shows the code, so that a person can report it.

import { ApiError } from './apierror.js';

/**
 * @typedef {object} Problem
 * @property {string} message about the whole form; "" when the fields say it all
 * @property {Record<string, string>} fields a sentence by the field's name
 * @property {boolean} [ask] whether whoever runs the app can help; form.js then adds how to reach them
 */

// The same words whether the address is unknown or the password wrong: they must not tell which addresses have an
// account. The project's own setting (email enumeration protection) makes both the first code.
const wrongLogin = 'The email address or the password is wrong. Check both, or set a new password.';
const notSetUp = 'This app is not set up to do that. Please tell whoever runs it';
const network = 'The sign-in service cannot be reached. Check your connection and try again.';
const robot = 'The check that you are not a robot did not pass. Reload the page and try again.';
const expired = 'Your session has ended. Sign in again.';

/** What the Firebase SDK can answer. @type {Record<string, string>} */
const sentences = {
  'auth/invalid-credential': wrongLogin,
  'auth/invalid-login-credentials': wrongLogin,
  'auth/wrong-password': wrongLogin,
  'auth/user-not-found': wrongLogin,
  'auth/user-disabled': 'This account has been disabled. Please ask whoever runs this app.',
  'auth/email-already-in-use': 'There is an account with this email address already. Sign in instead.',
  'auth/invalid-email': 'This is not an email address. It looks like name@example.com.',
  'auth/missing-email': 'Enter your email address.',
  'auth/missing-password': 'Enter a password.',
  'auth/weak-password': 'This password is too short. Use at least 6 characters.',
  'auth/password-does-not-meet-requirements': 'This password does not meet the rules of this app. Use a longer one '
    + 'with small and capital letters, digits and other characters.',
  'auth/unsupported-password-policy-schema-version': notSetUp,
  'auth/too-many-requests': 'There were too many attempts. Wait a few minutes and try again.',
  'auth/quota-exceeded': 'Too many people are doing this just now. Try again in a few minutes.',
  'auth/network-request-failed': network,
  'auth/timeout': network,
  'auth/operation-not-allowed': 'This way to sign in is switched off. Choose another, or ask whoever runs this app.',
  'auth/admin-restricted-operation': 'New accounts cannot be made here. Please ask whoever runs this app for one.',
  'auth/multi-factor-auth-required': 'This account needs a second factor, which this app does not support yet.',
  'auth/user-token-expired': expired,
  'auth/invalid-user-token': expired,
  'auth/null-user': expired,
  'auth/requires-recent-login': 'For this step, please sign out and sign in again first.',
  'reauth/cancelled': 'Nothing was changed, because you did not confirm that it is you.',
  'auth/user-mismatch': 'That is another account than the one that you are signed in to here.',
  'auth/invalid-action-code': 'This link no longer works. It was used already, or the account has changed since.',
  'auth/expired-action-code': 'This link has expired. Ask for a new one.',
  'auth/web-storage-unsupported': 'This browser blocks the storage that keeps you signed in. Allow it for this site.',
  'auth/missing-recaptcha-token': robot,
  'auth/invalid-recaptcha-token': robot,
  'auth/invalid-recaptcha-action': robot,
  'auth/captcha-check-failed': robot,
  'auth/recaptcha-not-enabled': notSetUp,
  'auth/invalid-api-key': notSetUp,
  'auth/api-key-not-valid.-please-pass-a-valid-api-key.': notSetUp,
  'auth/app-not-authorized': notSetUp,
  'auth/unauthorized-domain': notSetUp,
  'auth/unauthorized-continue-uri': notSetUp,
  'auth/configuration-not-found': notSetUp,
  'auth/project-not-found': notSetUp,
  'auth/invalid-tenant-id': notSetUp,
};

// The field that a code is about. The others are about the form.
/** @type {Record<string, string>} */
const fieldOf = {
  'auth/email-already-in-use': 'email',
  'auth/invalid-email': 'email',
  'auth/missing-email': 'email',
  'auth/missing-password': 'password',
  'auth/weak-password': 'password',
  'auth/password-does-not-meet-requirements': 'password',
};

// What only whoever runs this app can change.
const askable = new Set([
  'auth/admin-restricted-operation', 'auth/operation-not-allowed', 'auth/user-disabled', 'admin_restricted', 'forbidden',
]);

/**
 * @param {unknown} error
 * @returns {Problem}
 */
export function describe(error) {
  if (error instanceof ApiError) return describeApi(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const sentence = Object.hasOwn(sentences, code) ? sentences[code] : undefined; // a code may be "constructor"
  if (sentence === notSetUp) return { message: `${notSetUp} (${code}).`, fields: {}, ask: true };
  if (!sentence) return { message: unknown(code || 'unexpected error'), fields: {} };
  const field = fieldOf[code];
  return field ? { message: '', fields: { [field]: sentence } } : { message: sentence, fields: {}, ask: askable.has(code) };
}

/** @param {ApiError} error @returns {Problem} */
function describeApi(error) {
  if (error.code === 'network') {
    const message = navigator.onLine
      ? 'The server cannot be reached. Nothing was lost: try again in a moment.'
      : 'This device is offline. Nothing was lost: try again once you are connected.';
    return { message, fields: {} };
  }
  const known = Object.keys(error.fields).length > 0;
  return { message: known ? '' : error.message || unknown(error.code), fields: error.fields, ask: askable.has(error.code) };
}

/** @param {string} code */
function unknown(code) {
  return `Something went wrong that this page does not know (${code}). Try again, and if it stays, please report it.`;
}
