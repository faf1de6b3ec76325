// Whether the platform takes an address for proved: https://cloud.google.com/identity-platform/docs/concepts-authentication

/** @typedef {import('../account/user-details.js').Account} Account */

/**
 * The providers whose word the platform trusts, for the domains that they own. Apple always verifies; Facebook, GitHub,
 * X and the others let people change the address afterwards.
 * @type {Record<string, {name: string, domains: RegExp}>}
 */
const trusted = {
  'google.com': { name: 'Google', domains: /@gmail\.com$/i },
  'yahoo.com': { name: 'Yahoo', domains: /@yahoo\.com$/i },
  'microsoft.com': { name: 'Microsoft', domains: /@(outlook|hotmail)\.com$/i },
  'apple.com': { name: 'Apple', domains: /./ },
};

/** @param {Account} account @returns {string} a sentence; "" without an address */
export function proofOf(account) {
  if (!account.email) return '';
  const voucher = account.providers
    .filter(({ providerId, email }) => email === account.email && trusted[providerId]?.domains.test(email))
    .map(({ providerId }) => trusted[providerId]?.name)[0];
  if (voucher) return `Trusted: ${voucher} vouches for this address.`;
  if (account.emailVerified) return 'Trusted: it was verified.';
  return 'Untrusted: anybody can type an address. Verify it, or whoever proves that it is theirs takes this account over.';
}
