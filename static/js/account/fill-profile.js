// Fills the account's empty name and picture from a newly connected provider. It overwrites
// nothing.

import { call } from '../api.js';
import { ApiError } from '../errors.js';

/** @typedef {{displayName: string | null, photoURL: string | null}} NameAndPicture */

/**
 * @param {import('../../firebase/firebase.js').User} user
 * @param {string} id of the provider
 */
export async function fillProfile(user, id) {
  const changes = missingFields(
    user,
    user.providerData.find(({ providerId }) => providerId === id),
  );
  if (Object.keys(changes).length === 0) return;
  for (const [name, value] of Object.entries(changes)) {
    try {
      await call('PATCH', '/api/account', { body: { [name]: value } });
    } catch (error) {
      // The server may not allow the picture's host. Then the field stays empty; the provider is
      // connected anyway.
      if (!(error instanceof ApiError)) throw error;
    }
  }
  await user.reload();
}

/**
 * @param {NameAndPicture} account
 * @param {NameAndPicture | undefined} provider
 * @returns {Record<string, string>} what the provider has and the account lacks
 */
export function missingFields(account, provider) {
  /** @type {Record<string, string>} */
  const fields = {};
  if (!account.displayName && provider?.displayName) fields.displayName = provider.displayName;
  if (!account.photoURL && provider?.photoURL) fields.photoURL = provider.photoURL;
  return fields;
}
