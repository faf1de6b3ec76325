// What people call the ways to sign in.

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

/** @param {string} id as the SDK and SIGN_IN_METHODS know it */
export function methodName(id) {
  return Object.hasOwn(names, id) ? names[id] ?? id : id;
}

/**
 * What people call a method that an account has. To the platform a password and a link by email are both "password", and
 * nobody tells which of the two it is.
 * @param {string} id
 */
export function linkedName(id) {
  return isAnyEmail(id) ? 'Email' : methodName(id);
}

/** @param {string} id of a method that an account has @returns {boolean} whether that can be a link as well as a password */
export function isAnyEmail(id) {
  return id === 'password' && Boolean(config.methods?.includes('emailLink'));
}

/** @param {string} id google.com and its like, as opposed to the platform's own methods */
export function isProvider(id) {
  return id.includes('.');
}
