// What people call the ways to sign in.

/** @type {Record<string, string>} */
const names = {
  password: 'Email and password',
  phone: 'Phone',
  'google.com': 'Google',
  'apple.com': 'Apple',
  'microsoft.com': 'Microsoft',
  'facebook.com': 'Facebook',
  'github.com': 'GitHub',
  'twitter.com': 'X',
  'yahoo.com': 'Yahoo',
  emailLink: 'Email link',
  anonymous: 'Guest',
  custom: 'Custom token',
};

/** @param {string} id as the SDK and SIGN_IN_METHODS know it */
export function methodName(id) {
  return Object.hasOwn(names, id) ? names[id] ?? id : id;
}

/** @param {string} id google.com and its like, as opposed to the platform's own methods */
export function isProvider(id) {
  return id.includes('.');
}
