// Tells the operator that people are offered a method which the project has switched off. The server's log is where an
// operator looks; what a browser's console says, only the visitor could see.

import { codeOf } from '../ui/error-messages.js';

/**
 * Runs a sign-in by a method and reports it when the project refuses the method.
 * @template T
 * @param {string} method as in SIGN_IN_METHODS
 * @param {() => Promise<T>} action
 */
export async function watchFor(method, action) {
  try {
    return await action();
  } catch (error) {
    if (codeOf(error) === 'auth/operation-not-allowed') navigator.sendBeacon('/signin/refused', method);
    throw error;
  }
}
