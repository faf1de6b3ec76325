// Whom people ask for what they may not do themselves: SUPPORT_CONTACT.

import { config } from '../config.js';

/** @returns {HTMLAnchorElement | null} null when whoever runs this app named nobody */
export function contactLink() {
  if (!config.support) return null;
  const link = document.createElement('a');
  link.href = config.support; // mailto: or https:, checked by the server
  link.textContent = config.support.replace(/^mailto:|^https:\/\//, '');
  return link;
}
