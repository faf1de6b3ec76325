// What a newly linked provider knows fills what the account has empty, and overwrites nothing.

import { call } from '../api.js';
import { ApiError } from '../api-error.js';

/**
 * @param {import('../../firebase/firebase.js').User} user
 * @param {string} id of the provider
 */
export async function fillProfile(user, id) {
  const changes = emptyFields(user, user.providerData.find(({ providerId }) => providerId === id));
  if (Object.keys(changes).length === 0) return;
  for (const [name, value] of Object.entries(changes)) {
    try {
      await call('PATCH', '/api/account', { body: { [name]: value } });
    } catch (error) {
      // A picture may be at a host that the server does not allow: then the field stays empty. The link itself stands.
      if (!(error instanceof ApiError)) throw error;
    }
  }
  await user.reload();
}

/**
 * @param {Fields} account
 * @param {Fields | undefined} provider
 * @returns {Record<string, string>} what the provider has and the account has not
 *
 * @typedef {{displayName: string | null, photoURL: string | null}} Fields
 */
export function emptyFields(account, provider) {
  /** @type {Record<string, string>} */
  const changes = {};
  if (!account.displayName && provider?.displayName) changes.displayName = provider.displayName;
  if (!account.photoURL && provider?.photoURL) changes.photoURL = provider.photoURL;
  return changes;
}
