// Whether the platform trusts an account's email address:
// https://cloud.google.com/identity-platform/docs/concepts-authentication

/** @typedef {import('../account/user-details.js').Account} Account */

/**
 * The providers that the platform trusts with the domains they own. Apple verifies every address.
 * Facebook, GitHub, X and the others let users change the address afterwards, so they aren't
 * trusted.
 * @type {Record<string, {name: string, domains: RegExp}>}
 */
const trusted = {
  'google.com': { name: 'Google', domains: /@gmail\.com$/i },
  'yahoo.com': { name: 'Yahoo', domains: /@yahoo\.com$/i },
  'microsoft.com': { name: 'Microsoft', domains: /@(outlook|hotmail)\.com$/i },
  'apple.com': { name: 'Apple', domains: /./ },
};

/** @param {Account} account @returns {string} a sentence; "" if the account has no email address */
export function describeEmailTrust(account) {
  if (!account.email) return '';
  const provider = account.providers
    .filter(
      ({ providerId, email }) =>
        email === account.email && trusted[providerId]?.domains.test(email),
    )
    .map(({ providerId }) => trusted[providerId]?.name)[0];
  if (provider) return `Trusted: verified by ${provider}.`;
  if (account.emailVerified) return 'Trusted: this email address is verified.';
  return (
    'Not trusted yet. Until you verify it, anyone who proves that this email address is theirs ' +
    'can take over this account.'
  );
}
