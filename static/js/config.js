// The public settings of the Firebase project, which the server puts into the page as JSON
// (views.WebConfig).

/**
 * @typedef {object} Config
 * @property {string} apiKey
 * @property {string} authDomain
 * @property {string} projectId
 * @property {string} [emulator] "same-origin" or the URL of an Auth emulator; absent in
 *   production
 * @property {string[]} methods the sign-in methods to offer
 * @property {string} [support] a mailto: or https: link where users can ask for help
 * @property {string} [tenantId] the Identity Platform tenant that users sign in to, if the
 *   project has tenants
 */

/** @type {Config} */
export const config = JSON.parse(document.getElementById('config')?.textContent ?? '');
