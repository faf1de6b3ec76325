// What /auth/action says for each kind of email link, and for what can be wrong with one.

/**
 * @typedef {object} Kind
 * @property {string} operation what the platform must say that the code is for
 * @property {string} heading
 * @property {(email: string, previous: string) => string} text
 * @property {string} button
 * @property {string} done heading of the last step
 * @property {(email: string, previous: string) => string} after
 */

/** By the link's ?mode=. @type {Record<string, Kind>} */
export const kinds = {
  verifyEmail: {
    operation: 'VERIFY_EMAIL',
    heading: 'Verify your email address',
    text: (email) => `Is ${email} yours? Then say so, and this app knows it.`,
    button: 'Verify my address',
    done: 'Your address is verified',
    after: (email) => `${email} is yours. Pages that are open in other tabs know it already.`,
  },
  verifyAndChangeEmail: {
    operation: 'VERIFY_AND_CHANGE_EMAIL',
    heading: 'Change your email address',
    text: (email, previous) => `From now on you sign in as ${email} instead of ${previous}. Every device is signed out.`,
    button: 'Change my address',
    done: 'Your address is changed',
    after: (email, previous) => `You sign in as ${email} from now on. ${previous} gets an email by which this can be undone.`,
  },
  recoverEmail: {
    operation: 'RECOVER_EMAIL',
    heading: 'Undo the change of your address',
    text: (email, previous) => `You sign in as ${email} again, and ${previous} is no longer yours. Every device is signed out.`,
    button: 'Undo the change',
    done: 'Your old address is back',
    after: (email) => `You sign in as ${email} again. If it was not you who changed it, somebody knows your password: set a new one.`,
  },
  resetPassword: { operation: 'PASSWORD_RESET', heading: '', text: () => '', button: '', done: '', after: () => '' },
};

/** @type {Record<string, {heading: string, text: string}>} */
export const failures = {
  malformed: {
    heading: 'This link is not complete',
    text: 'A part of it is missing or broken. Open it from the email again, or copy the whole of it.',
  },
  'wrong-project': {
    heading: 'This link belongs to another app',
    text: 'It was made for another project than this one, so nothing was done with it.',
  },
  // The platform does not tell a used code from one that a newer email replaced, or that never was.
  'auth/invalid-action-code': {
    heading: 'This link no longer works',
    text: 'It was used already, or the account has changed since it was sent. Each link works once.',
  },
  'auth/expired-action-code': {
    heading: 'This link has expired',
    text: 'It was good for a limited time only. Ask for a new one.',
  },
  'auth/user-disabled': {
    heading: 'This account is disabled',
    text: 'Nothing was changed. Please ask whoever runs this app.',
  },
  'auth/user-not-found': {
    heading: 'There is no such account',
    text: 'The account that this link was for has been deleted.',
  },
};
