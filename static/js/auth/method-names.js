// What the app calls the sign-in methods on screen. views/method_names.go has the same names.

import { config } from '../config.js';

/** @type {Record<string, string>} */
const names = {
  password: 'Email and password',
  phone: 'Phone',
  'google.com': 'Google',
  'apple.com': 'Apple',
  'microsoft.com': 'Microsoft',
  'facebook.com': 'Facebook',
  'github.com': 'GitHub',
  'twitter.com': 'X',
  'yahoo.com': 'Yahoo',
  emailLink: 'Email link',
  anonymous: 'Guest',
  custom: 'Custom token',
};

/**
 * @param {string} id as in the SDK and in SIGN_IN_METHODS
 * @returns {string} the ID itself if the method is unknown
 */
export function methodName(id) {
  return Object.hasOwn(names, id) ? (names[id] ?? id) : id;
}

/**
 * Returns the name of a method that an account has. The platform reports both a password and an
 * email link as "password", so where the app offers both, the name covers both.
 * @param {string} id
 */
export function linkedMethodName(id) {
  return isPasswordOrLink(id) ? 'Email' : methodName(id);
}

/**
 * @param {string} id of a method that an account has
 * @returns {boolean} whether it could be an email link too
 */
export function isPasswordOrLink(id) {
  return id === 'password' && Boolean(config.methods?.includes('emailLink'));
}

/**
 * @param {string} id
 * @returns {boolean} true for google.com and the like, false for the platform's own methods
 */
export function isProvider(id) {
  return id.includes('.');
}

/** @param {import('../../firebase/firebase.js').User} user @returns {string[]} the IDs */
export function methodsOf(user) {
  return user.providerData.map(({ providerId }) => providerId);
}
