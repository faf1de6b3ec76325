// One plain sentence, and the next step, for everything that can go wrong. Unknown codes get a general sentence that
// shows the code, so that a person can report it.

import { ApiError } from '../api-error.js';

/**
 * @typedef {object} Problem
 * @property {string} message about the whole form; "" when the fields say it all
 * @property {Record<string, string>} fields a sentence by the field's name
 * @property {boolean} [ask] whether whoever runs the app can help; ui/form.js then adds how to reach them
 */

// The same words whether the address is unknown or the password wrong: they must not tell which addresses have an
// account. The project's own setting (email enumeration protection) makes both the first code.
const wrongLogin = 'The email address or the password is wrong. Check both, or set a new password.';
const notSetUp = 'This app is not set up to do that. Please tell whoever runs it';
const network = 'The sign-in service cannot be reached. Check your connection and try again.';
const robot = 'The check that you are not a robot did not pass. Reload the page and try again.';
const expired = 'Your session has ended. Sign in again.';

const wrongCode = 'This is not the code from the newest message. Check it, or ask for another.';
const oldCode = 'This code does not count any more. Ask for another one.';
const deadLink = 'This link has been used, or it is too old, or it is cut off. Ask for a new one.';
const noWindow = 'The window was closed before you were signed in. Nothing has changed: try again, or choose another way.';
const elsewhere = 'This already opens another account here. Sign in to that one with it, or choose something else to link.';
const browser = 'This browser cannot do that. Please try another one, or choose another way to sign in.';
const startOver = 'That took too long or was interrupted. Please start again.';

/** What the Firebase SDK can answer. @type {Record<string, string>} */
const sentences = {
  // Email and password.
  'auth/invalid-credential': wrongLogin,
  'auth/invalid-login-credentials': wrongLogin,
  'auth/wrong-password': wrongLogin,
  'auth/user-not-found': wrongLogin,
  'auth/email-already-in-use': 'There is an account with this email address already. Sign in instead.',
  'auth/invalid-email': 'This is not an email address. It looks like name@example.com.',
  'auth/missing-email': 'Enter your email address.',
  'auth/missing-password': 'Enter a password.',
  'auth/weak-password': 'This password is too short. Use at least 6 characters.',
  'auth/password-does-not-meet-requirements': 'This password does not meet the rules of this app. Use a longer one with '
    + 'small and capital letters, digits and other characters.',
  'auth/unsupported-password-policy-schema-version': notSetUp,
  'auth/email-change-needs-verification': 'Confirm the new address first: follow the link in the email.',
  'auth/unverified-email': 'Confirm your email address first: follow the link in the email.',

  // Links in emails.
  'auth/expired-action-code': deadLink,
  'auth/invalid-action-code': deadLink,
  'auth/invalid-continue-uri': notSetUp,
  'auth/missing-continue-uri': notSetUp,
  'auth/unauthorized-continue-uri': notSetUp,
  'auth/invalid-recipient-email': 'No email can be sent to this address. Check it, or use another.',
  'auth/invalid-sender': notSetUp,
  'auth/invalid-message-payload': notSetUp,

  // Providers.
  'auth/popup-closed-by-user': noWindow,
  'auth/user-cancelled': noWindow,
  'auth/redirect-cancelled-by-user': noWindow,
  'auth/cancelled-popup-request': 'Another attempt to sign in took the place of this one.',
  'auth/popup-blocked': 'Your browser blocked the window. Allow pop-up windows for this site, or choose another way.',
  'auth/redirect-operation-pending': startOver,
  'auth/invalid-auth-event': startOver,
  'auth/no-auth-event': startOver,
  'auth/account-exists-with-different-credential': 'There is an account with this email address already. '
    + 'Sign in the way you did before.',
  'auth/credential-already-in-use': elsewhere,
  'auth/phone-number-exists': elsewhere,
  'auth/provider-already-linked': 'This is linked to your account already. Reload the page to see it.',
  'auth/no-such-provider': 'This is not linked to your account any more. Reload the page to see what is.',
  'auth/user-mismatch': 'That is another account than the one that you are signed in to here.',
  'auth/rejected-credential': 'The provider did not confirm who you are. Try again, or choose another way.',
  'auth/missing-or-invalid-nonce': startOver,
  'auth/invalid-oauth-client-id': notSetUp,
  'auth/invalid-oauth-provider': notSetUp,
  'auth/invalid-provider-id': notSetUp,
  'auth/auth-domain-config-required': notSetUp,

  // Phone.
  'auth/invalid-phone-number': 'This is not a phone number. Start with + and the code of the country.',
  'auth/missing-phone-number': 'Enter your phone number.',
  'auth/invalid-verification-code': wrongCode,
  'auth/missing-verification-code': 'Enter the code from the message.',
  'auth/code-expired': oldCode,
  'auth/invalid-verification-id': oldCode,
  'auth/missing-verification-id': oldCode,
  'auth/invalid-temporary-proof': oldCode,
  'auth/quota-exceeded': 'Too many people are doing this just now. Try again in a few minutes.',
  'auth/missing-recaptcha-token': robot,
  'auth/invalid-recaptcha-token': robot,
  'auth/invalid-recaptcha-action': robot,
  'auth/captcha-check-failed': robot,
  'auth/missing-app-credential': robot,
  'auth/invalid-app-credential': robot,
  'auth/recaptcha-not-enabled': notSetUp,
  'auth/missing-client-type': notSetUp,
  'auth/missing-recaptcha-version': notSetUp,
  'auth/invalid-recaptcha-version': notSetUp,
  'auth/invalid-req-type': notSetUp,

  // Custom tokens.
  'auth/invalid-custom-token': 'This sign-in is too old. Please start again.',
  'auth/custom-token-mismatch': notSetUp,

  // Accounts and sessions.
  'auth/user-disabled': 'This account has been disabled. Please ask whoever runs this app.',
  'auth/operation-not-allowed': 'This way to sign in is switched off. Choose another, or ask whoever runs this app.',
  'auth/admin-restricted-operation': 'New accounts cannot be made here. Please ask whoever runs this app for one.',
  'auth/multi-factor-auth-required': 'This account needs a second factor, which this app does not support yet.',
  'auth/unsupported-first-factor': 'This way to sign in does not work with a second factor. Please choose another.',
  'auth/requires-recent-login': 'For this step, please sign out and sign in again first.',
  'reauth/cancelled': 'Nothing was changed, because you did not confirm that it is you.',
  'auth/user-token-expired': expired,
  'auth/invalid-user-token': expired,
  'auth/user-signed-out': expired,
  'auth/null-user': expired,

  // The service, the network and the browser.
  'auth/too-many-requests': 'There were too many attempts. Wait a few minutes and try again.',
  'auth/network-request-failed': network,
  'auth/timeout': network,
  'auth/internal-error': 'The sign-in service gave an answer that makes no sense here. Try again in a minute.',
  'auth/web-storage-unsupported': 'This browser blocks the storage that keeps you signed in. Allow it for this site.',
  'auth/operation-not-supported-in-this-environment': browser,
  'auth/cors-unsupported': browser,

  // How the project is set up.
  'auth/invalid-api-key': notSetUp,
  'auth/api-key-not-valid.-please-pass-a-valid-api-key.': notSetUp,
  'auth/app-not-authorized': notSetUp,
  'auth/unauthorized-domain': notSetUp,
  'auth/configuration-not-found': notSetUp,
  'auth/project-not-found': notSetUp,
  'auth/invalid-tenant-id': notSetUp,
  'auth/tenant-id-mismatch': notSetUp,
  'auth/unsupported-tenant-operation': notSetUp,
  'auth/emulator-config-failed': notSetUp,
  'auth/invalid-hosting-link-domain': notSetUp,
  'auth/invalid-dynamic-link-domain': notSetUp,
  'auth/dynamic-link-not-activated': notSetUp,
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
  'auth/invalid-phone-number': 'phoneNumber',
  'auth/missing-phone-number': 'phoneNumber',
  'auth/invalid-verification-code': 'code',
  'auth/missing-verification-code': 'code',
  'auth/code-expired': 'code',
  'auth/invalid-verification-id': 'code',
  'auth/missing-verification-id': 'code',
};

// What only whoever runs this app can change.
const askable = new Set([
  'auth/admin-restricted-operation', 'auth/operation-not-allowed', 'auth/user-disabled', 'admin_restricted', 'forbidden',
]);

/** An error that a module of this app explains itself, since it knows more than the code says. */
export class Told extends Error {
  /**
   * @param {string} sentence for the person
   * @param {string} [field] the name of the field that it is about
   */
  constructor(sentence, field = '') {
    super(sentence);
    this.field = field;
  }
}

/** @param {unknown} error @returns {string} the SDK's code, such as "auth/popup-blocked", or "" */
export function codeOf(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/**
 * @param {unknown} error
 * @returns {Problem}
 */
export function describe(error) {
  if (error instanceof ApiError) return describeApi(error);
  if (error instanceof Told) return problem(error.message, error.field);
  const code = codeOf(error);
  const sentence = Object.hasOwn(sentences, code) ? sentences[code] : undefined; // a code may be "constructor"
  if (sentence === notSetUp) return { message: `${notSetUp} (${code}).`, fields: {}, ask: true };
  if (!sentence) return { message: unknown(code || 'unexpected error'), fields: {} };
  return problem(sentence, fieldOf[code], askable.has(code));
}

/** @param {string} sentence @param {string} [field] @param {boolean} [ask] @returns {Problem} */
function problem(sentence, field, ask) {
  return field ? { message: '', fields: { [field]: sentence } } : { message: sentence, fields: {}, ask };
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
