// The link for help with what users can't do themselves (SUPPORT_CONTACT).

import { config } from '../config.js';

/** @returns {HTMLAnchorElement | null} null if SUPPORT_CONTACT isn't set */
export function supportLink() {
  if (!config.support) return null;
  const link = document.createElement('a');
  link.href = config.support; // mailto: or https:, checked by the server
  link.textContent = config.support.replace(/^mailto:|^https:\/\//, '');
  return link;
}
