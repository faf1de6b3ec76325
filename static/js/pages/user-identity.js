// How the user console says which account it means: by the email address, whether that is
// verified, and the user ID. A display name alone never identifies an account, because users can
// choose any name, such as the email address of another user.

import { setText, setVisible } from '../ui/dom.js';

/** @typedef {import('../account/user-details.js').Account} Account */

const noEmail = 'No email address';

/**
 * Returns the email address or, if there is none, the phone number, or "". Characters that are
 * invisible, or that reverse the text around them, become visible as �.
 * @param {Account} user
 */
export function addressOf(user) {
  return (user.email || user.phoneNumber).replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
}

/** @param {Account} user @returns {string} the account, for the beginning of a sentence */
export function describeUser(user) {
  const name = addressOf(user) || 'This account';
  return `${name} (${emailState(user).toLowerCase()}, user ID ${user.uid})`;
}

/**
 * Fills the elements for the title, the badges, the user ID, the name and the phone number.
 * @param {ParentNode} root
 * @param {Account} user
 */
export function showIdentity(root, user) {
  const address = addressOf(user);
  setText(root, '[data-title]', address || noEmail);
  setText(root, '[data-uid]', user.uid);
  setText(root, '[data-name]', user.displayName);
  setVisible(root, '[data-named]', user.displayName !== '');
  setText(root, '[data-phone]', user.email && user.phoneNumber); // else it is the title
  const badges = [
    address !== '' && badge(emailState(user), user.emailVerified ? 'good' : 'bad'),
    user.disabled && badge('Disabled'),
    ...user.roles.map((role) => badge(role)),
  ];
  root.querySelector('[data-badges]')?.replaceChildren(...badges.filter((b) => b !== false));
}

/** @param {Account} user */
function emailState(user) {
  if (!user.email) return noEmail;
  return user.emailVerified ? 'Verified' : 'Not verified';
}

/** @param {string} text @param {'good' | 'bad' | ''} [kind] */
function badge(text, kind = '') {
  const element = document.createElement('span');
  element.className = `badge ${kind}`;
  element.textContent = text;
  return element;
}
