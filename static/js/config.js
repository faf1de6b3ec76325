// What the server says about the Firebase project: views.WebConfig, in the page as JSON.

/**
 * @typedef {object} Config
 * @property {string} apiKey
 * @property {string} authDomain
 * @property {string} projectId
 * @property {string} [emulator] "same-origin", the address of an Auth emulator, or absent in production
 * @property {string[]} methods sign-in methods to offer
 * @property {string} [support] link to whom people ask for help, mailto: or https:
 * @property {string} [tenantId] the one tenant that people sign in to, in a project with tenants
 */

/** @type {Config} */
export const config = JSON.parse(document.getElementById('config')?.textContent ?? '');
