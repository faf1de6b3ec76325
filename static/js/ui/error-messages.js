// What users read when something goes wrong: what happened, and what to do next. Codes without a
// sentence here get a general one that includes the code, so that users can report it.

import { ApiError, errorCode, UserFacingError } from '../errors.js';

/**
 * @typedef {object} ErrorDescription
 * @property {string} message about the form as a whole; "" when the fields say everything
 * @property {Record<string, string>} fields a sentence by field name
 * @property {boolean} [needsAdmin] whether only the administrator can help; messages.js then adds
 *   the support link
 */

// The same words for an unknown email address and a wrong password. They must not reveal which
// email addresses have an account. Projects with email enumeration protection report both as
// auth/invalid-credential.
const wrongLogin =
  'The email address or password is incorrect. Check both, or reset your password.';
const notSetUp = "This app isn't set up correctly for this. Please tell the administrator";
const network = "Can't connect to the sign-in service. Check your connection and try again.";
const robot = "We couldn't confirm that you're not a robot. Reload the page and try again.";
const expired = 'Your session has ended. Sign in again.';

const wrongCode = 'That code is incorrect. Check the latest text message, or request a new code.';
const oldCode = 'That code no longer works. Request a new one.';
const deadLink =
  'This link has expired, has already been used, or is incomplete. Request a new one.';
const windowClosed =
  'The sign-in window was closed before you finished. Try again, or choose another method.';
const otherAccount =
  'This is already connected to another account. Sign in to that account, or connect a ' +
  'different one.';
const browser =
  "Your browser doesn't support this. Try another browser, or choose another sign-in method.";
const startOver = 'That took too long or was interrupted. Please try again.';

/** By the error codes of the Firebase SDK. @type {Record<string, string>} */
const sentences = {
  // Email and password.
  'auth/invalid-credential': wrongLogin,
  'auth/invalid-login-credentials': wrongLogin,
  'auth/wrong-password': wrongLogin,
  'auth/user-not-found': wrongLogin,
  'auth/email-already-in-use':
    'This email address is already in use. Use a different one.',
  'auth/invalid-email': 'Enter a valid email address, such as name@example.com.',
  'auth/missing-email': 'Enter your email address.',
  'auth/missing-password': 'Enter a password.',
  'auth/weak-password': 'This password is too short. Use at least 6 characters.',
  'auth/password-does-not-meet-requirements':
    "This password doesn't meet this app's requirements. Use a longer one with lowercase and " +
    'uppercase letters, digits, and symbols.',
  'auth/unsupported-password-policy-schema-version': notSetUp,
  'auth/email-change-needs-verification':
    'Verify the new email address first. Open the link we sent to it.',
  'auth/unverified-email':
    'Verify your email address first. Open the link in the verification email.',

  // Links in emails.
  'auth/expired-action-code': deadLink,
  'auth/invalid-action-code': deadLink,
  'auth/invalid-continue-uri': notSetUp,
  'auth/missing-continue-uri': notSetUp,
  'auth/unauthorized-continue-uri': notSetUp,
  'auth/invalid-recipient-email':
    "This email address can't receive email. Check it, or use a different one.",
  'auth/invalid-sender': notSetUp,
  'auth/invalid-message-payload': notSetUp,

  // Providers.
  'auth/popup-closed-by-user': windowClosed,
  'auth/user-cancelled': windowClosed,
  'auth/redirect-cancelled-by-user': windowClosed,
  'auth/cancelled-popup-request': 'You started another sign-in. Finish that one instead.',
  'auth/popup-blocked':
    'Your browser blocked the sign-in window. Allow popups for this site, or choose another ' +
    'method.',
  'auth/redirect-operation-pending': startOver,
  'auth/invalid-auth-event': startOver,
  'auth/no-auth-event': startOver,
  'auth/account-exists-with-different-credential':
    'An account with this email address already exists. Sign in the way you did before.',
  'auth/credential-already-in-use': otherAccount,
  'auth/phone-number-exists': otherAccount,
  'auth/provider-already-linked':
    'This is already connected to your account. Reload the page to see it.',
  'auth/no-such-provider':
    'This is no longer connected to your account. Reload the page to see the current methods.',
  'auth/user-mismatch': "That's not the account you're signed in to. Try again with the right one.",
  'auth/rejected-credential':
    "The sign-in provider didn't confirm who you are. Try again, or choose another method.",
  'auth/missing-or-invalid-nonce': startOver,
  'auth/invalid-oauth-client-id': notSetUp,
  'auth/invalid-oauth-provider': notSetUp,
  'auth/invalid-provider-id': notSetUp,
  'auth/auth-domain-config-required': notSetUp,

  // Phone.
  'auth/invalid-phone-number': 'Enter a valid phone number. Start with + and the country code.',
  'auth/missing-phone-number': 'Enter your phone number.',
  'auth/invalid-verification-code': wrongCode,
  'auth/missing-verification-code': 'Enter the code from the text message.',
  'auth/code-expired': oldCode,
  'auth/invalid-verification-id': oldCode,
  'auth/missing-verification-id': oldCode,
  'auth/invalid-temporary-proof': oldCode,
  'auth/quota-exceeded': 'Too many requests right now. Try again in a few minutes.',
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
  'auth/invalid-custom-token': 'This sign-in has expired. Please start again.',
  'auth/custom-token-mismatch': notSetUp,

  // Accounts and sessions.
  'auth/user-disabled': 'This account has been disabled. Please contact the administrator.',
  'auth/operation-not-allowed':
    'This sign-in method is turned off. Choose another one, or contact the administrator.',
  'auth/admin-restricted-operation':
    "You can't create an account here. Please ask the administrator for one.",
  'auth/multi-factor-auth-required':
    "This account uses two-step verification, which this app doesn't support yet.",
  'auth/unsupported-first-factor':
    "This sign-in method doesn't work with two-step verification. Choose another one.",
  'auth/requires-recent-login': 'To do this, sign out, then sign in again.',
  'reauth/cancelled': "You didn't confirm it's you, so nothing was changed.",
  'auth/user-token-expired': expired,
  'auth/invalid-user-token': expired,
  'auth/user-signed-out': expired,
  'auth/null-user': expired,

  // The service, the network and the browser.
  'auth/too-many-requests': 'Too many attempts. Wait a few minutes and try again.',
  'auth/network-request-failed': network,
  'auth/timeout': network,
  'auth/internal-error': 'The sign-in service reported an error. Try again in a minute.',
  'auth/web-storage-unsupported':
    'Your browser blocks the storage that keeps you signed in. Allow it, then reload the page.',
  'auth/operation-not-supported-in-this-environment': browser,
  'auth/cors-unsupported': browser,

  // The setup of the project.
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

// The field that a code is about. All other codes are about the form.
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

// What only the administrator can change.
const adminOnly = new Set([
  'auth/admin-restricted-operation',
  'auth/operation-not-allowed',
  'auth/user-disabled',
  'admin_restricted',
  'forbidden',
]);

/** @param {unknown} error @returns {ErrorDescription} */
export function describeError(error) {
  if (error instanceof ApiError) return describeApiError(error);
  if (error instanceof UserFacingError) return description(error.message, error.field);
  const code = errorCode(error);
  // hasOwn, because a code could be "constructor".
  const sentence = Object.hasOwn(sentences, code) ? sentences[code] : undefined;
  if (sentence === notSetUp) {
    return { message: `${notSetUp} (${code}).`, fields: {}, needsAdmin: true };
  }
  if (!sentence) return { message: generalMessage(code || 'unexpected error'), fields: {} };
  return description(sentence, fieldOf[code], adminOnly.has(code));
}

/**
 * @param {string} sentence
 * @param {string} [field]
 * @param {boolean} [needsAdmin]
 * @returns {ErrorDescription}
 */
function description(sentence, field, needsAdmin) {
  if (field) return { message: '', fields: { [field]: sentence } };
  return { message: sentence, fields: {}, needsAdmin };
}

/** @param {ApiError} error @returns {ErrorDescription} */
function describeApiError(error) {
  if (error.code === 'network') {
    const message = navigator.onLine
      ? "Can't connect to the server. Nothing was lost; try again in a moment."
      : "You're offline. Nothing was lost; try again when you're connected.";
    return { message, fields: {} };
  }
  const fieldsSayIt = Object.keys(error.fields).length > 0;
  const message = fieldsSayIt ? '' : error.message || generalMessage(error.code);
  return { message, fields: error.fields, needsAdmin: adminOnly.has(error.code) };
}

/** @param {string} code */
function generalMessage(code) {
  return `Something went wrong (${code}). Try again. If it keeps happening, please report it.`;
}
