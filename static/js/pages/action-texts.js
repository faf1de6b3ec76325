// The texts of /auth/action for each kind of email link, and for links that don't work.

/**
 * @typedef {object} LinkKind
 * @property {string} operation what the platform must report as the code's purpose
 * @property {string} heading
 * @property {(email: string, previous: string) => string} text
 * @property {string} button
 * @property {string} done the heading after the button has been clicked
 * @property {(email: string, previous: string) => string} doneText
 */

/** By the link's ?mode=. @type {Record<string, LinkKind>} */
export const linkKinds = {
  verifyEmail: {
    operation: 'VERIFY_EMAIL',
    heading: 'Verify your email address',
    text: (email) => `Confirm that ${email} is your email address.`,
    button: 'Verify email address',
    done: 'Your email address is verified',
    doneText: (email) => `${email} is now verified. Other open tabs update automatically.`,
  },
  verifyAndChangeEmail: {
    operation: 'VERIFY_AND_CHANGE_EMAIL',
    heading: 'Change your email address',
    text: (email, previous) =>
      `This changes your email address from ${previous} to ${email} and signs you out on all ` +
      'devices.',
    button: 'Change email address',
    done: 'Your email address has changed',
    doneText: (email, previous) =>
      `From now on, sign in with ${email}. We sent a link to undo this change to ${previous}.`,
  },
  recoverEmail: {
    operation: 'RECOVER_EMAIL',
    heading: 'Restore your email address',
    text: (email, previous) =>
      `This changes your email address from ${previous} back to ${email} and signs you out on ` +
      'all devices.',
    button: 'Restore email address',
    done: 'Your email address is restored',
    doneText: (email) =>
      `You can sign in with ${email} again. If you didn't make the change, someone else may know ` +
      'your password. Set a new one.',
  },
  // The page has a separate form for this one, so it needs no texts.
  resetPassword: {
    operation: 'PASSWORD_RESET',
    heading: '',
    text: () => '',
    button: '',
    done: '',
    doneText: () => '',
  },
};

/**
 * By the SDK's error code, and one of our own.
 * @type {Record<string, {heading: string, text: string}>}
 */
export const brokenLinks = {
  malformed: {
    heading: 'This link is incomplete',
    text: 'Part of it is missing or damaged. Open it from the email again, or copy the whole link.',
  },
  // The platform doesn't distinguish between a used code, one that a newer email replaced, and
  // one that never existed.
  'auth/invalid-action-code': {
    heading: 'This link no longer works',
    text:
      'It has already been used, or your account has changed since it was sent. Each link works ' +
      'only once.',
  },
  'auth/expired-action-code': {
    heading: 'This link has expired',
    text: 'Links work for a limited time only. Request a new one.',
  },
  'auth/user-disabled': {
    heading: 'This account is disabled',
    text: 'Nothing was changed. Please contact the administrator.',
  },
  'auth/user-not-found': {
    heading: 'This account no longer exists',
    text: 'The account that this link was for has been deleted.',
  },
};
