// Tells the operator that the app offers a sign-in method that is turned off in the project. The
// report goes to the server's log, where operators look. They wouldn't see an error in a user's
// browser console.

import { errorCode } from '../errors.js';

/**
 * Runs a sign-in and reports the method if the project has it turned off.
 * @template T
 * @param {string} method as in SIGN_IN_METHODS
 * @param {() => Promise<T>} action
 */
export async function reportIfDisabled(method, action) {
  try {
    return await action();
  } catch (error) {
    if (errorCode(error) === 'auth/operation-not-allowed') {
      navigator.sendBeacon('/signin/refused', method);
    }
    throw error;
  }
}
