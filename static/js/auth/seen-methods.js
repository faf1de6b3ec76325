// The sign-in methods that this browser last saw on an account.
//
// When a user signs in with a provider that is trusted with an email address, and an account has
// that address without having verified it, the platform removes the account's other methods
// without telling anyone. The SDK can't say which methods there were. Comparing with what this
// browser saw last is how the app tells the user.

const key = 'latchkey:seen-methods';

/** @typedef {import('../../firebase/firebase.js').User} User */

/** @param {User} user */
export function rememberMethods(user) {
  const seen = { uid: user.uid, methods: methodsOf(user), verified: user.emailVerified };
  try {
    localStorage.setItem(key, JSON.stringify(seen));
  } catch {
    // Storage is blocked, so nothing is compared next time.
  }
}

/**
 * Returns the methods that the platform removed: the account had them when its email address was
 * unverified, and lacks them now that the address is verified.
 * @param {User} user who has just signed in
 * @returns {string[]}
 */
export function removedMethods(user) {
  const last = stored();
  if (last?.uid !== user.uid || last.verified || !user.emailVerified) return [];
  return last.methods.filter((/** @type {string} */ id) => !methodsOf(user).includes(id));
}

/** @param {User} user @returns {string[]} */
export function methodsOf(user) {
  return user.providerData.map(({ providerId }) => providerId);
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}
