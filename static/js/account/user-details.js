// The account details, as GET /api/account returns them.

import { describeEmailTrust } from '../auth/email-trust.js';
import { linkedMethodName } from '../auth/method-names.js';
import { setVisible } from '../ui/dom.js';

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
 * @property {string | null} tokensValidAfter when all earlier sessions were ended
 * @property {boolean} disabled
 * @property {string[]} roles
 */

/** @param {Account} user */
export function showDetails(user) {
  showPhoto(
    /** @type {HTMLImageElement} */ (document.querySelector('[data-photo]')),
    user.photoURL,
  );
  setDetail('displayName', user.displayName);
  setDetail(
    'email',
    user.email && `${user.email} (${user.emailVerified ? 'verified' : 'not verified'})`,
  );
  setDetail('trust', describeEmailTrust(user));
  setDetail('phoneNumber', user.phoneNumber);
  setDetail(
    'providers',
    user.providers.map(({ providerId }) => linkedMethodName(providerId)).join(', '),
  );
  setDetail('roles', user.roles.join(', '));
  setDetail('createdAt', formatTime(user.createdAt));
  setDetail('lastSignInAt', formatTime(user.lastSignInAt));
  setDetail('uid', user.uid);
  setVisible(document, '[data-admin-link]', user.roles.includes('admin'));
}

/** Fills a detailRow of views/user_details.templ. @param {string} key @param {string} value "" if there is none */
export function setDetail(key, value) {
  const place = document.querySelector(`[data-detail=${key}]`);
  if (!place) return;
  place.textContent = value || 'None';
  place.classList.toggle('none', !value);
  place.classList.remove('pending');
}

/**
 * Shows a picture once it has loaded. Its URL comes from the user or from a provider, so only
 * https is allowed, and the Content Security Policy limits the hosts.
 * @param {HTMLImageElement} image
 * @param {string} url
 */
export function showPhoto(image, url) {
  image.hidden = true;
  image.onload = () => (image.hidden = false);
  if (URL.canParse(url) && new URL(url).protocol === 'https:') image.src = url;
  else image.removeAttribute('src');
}

/**
 * @param {string | null} time RFC 3339
 * @returns {string} in the browser's language and time zone; "" for null
 */
export function formatTime(time) {
  return time
    ? new Date(time).toLocaleString(undefined, { dateStyle: 'long', timeStyle: 'short' })
    : '';
}
