// The platform's user object, as the API gives it.

import { linkedName } from '../auth/method-names.js';
import { proofOf } from '../auth/email-trust.js';

/**
 * @typedef {object} Account
 * @property {string} uid
 * @property {string} email
 * @property {boolean} emailVerified
 * @property {string} displayName
 * @property {string} photoURL
 * @property {string} phoneNumber
 * @property {{providerId: string, email: string}[]} providers
 * @property {string | null} createdAt
 * @property {string | null} lastSignInAt
 * @property {boolean} disabled
 * @property {string[]} roles
 */

/** @param {Account} user */
export function showDetails(user) {
  showPhoto(user.photoURL);
  show('displayName', user.displayName);
  show('email', user.email && `${user.email} (${user.emailVerified ? 'verified' : 'not verified yet'})`);
  show('trust', proofOf(user));
  show('phoneNumber', user.phoneNumber);
  show('providers', user.providers.map(({ providerId }) => linkedName(providerId)).join(', '));
  show('roles', user.roles.join(', '));
  show('createdAt', when(user.createdAt));
  show('lastSignInAt', when(user.lastSignInAt));
  show('uid', user.uid);
  const admin = /** @type {HTMLElement | null} */ (document.querySelector('[data-admin-link]'));
  if (admin) admin.hidden = !user.roles.includes('admin');
}

/** @param {string} key of a row @param {string} value "" for what there is not */
export function show(key, value) {
  const place = document.querySelector(`[data-detail=${key}]`);
  if (!place) return;
  place.textContent = value || 'None';
  place.classList.toggle('none', !value);
  place.classList.remove('pending');
}

/**
 * Only https: the address comes from the person or from a provider. The page's policy (CSP) limits the hosts, and a
 * picture that does not load leaves no gap.
 * @param {string} url
 */
function showPhoto(url) {
  const image = /** @type {HTMLImageElement} */ (document.querySelector('[data-photo]'));
  const shown = URL.canParse(url) && new URL(url).protocol === 'https:';
  image.hidden = true;
  image.onload = () => (image.hidden = false);
  if (shown) image.src = url;
  else image.removeAttribute('src');
}

/** @param {string | null} time RFC 3339 @returns {string} in the reader's own language and time zone */
export function when(time) {
  return time ? new Date(time).toLocaleString(undefined, { dateStyle: 'long', timeStyle: 'short' }) : '';
}
