// Which methods the last account on this browser had. When a provider that is trusted with an address takes over an
// account whose address was never verified, the platform removes what could open it before and tells nobody. The SDK
// cannot ask what there was, so this is how a person hears of it: by comparing with what this browser saw last.

const key = 'latchkey:known';

/** @typedef {import('../../firebase/firebase.js').User} User */

/** @param {User} user */
export function remember(user) {
  try {
    localStorage.setItem(key, JSON.stringify({ uid: user.uid, methods: methodsOf(user), verified: user.emailVerified }));
  } catch {
    // Storage is blocked: nothing is compared next time.
  }
}

/**
 * What a takeover removed: the methods that the account had when this browser saw it last, with its address unverified,
 * and that it lacks now that the address is verified.
 * @param {User} user who has just signed in
 * @returns {string[]}
 */
export function takenOver(user) {
  const last = stored();
  if (last?.uid !== user.uid || last.verified || !user.emailVerified) return [];
  return last.methods.filter((/** @type {string} */ id) => !methodsOf(user).includes(id));
}

/** @param {User} user */
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
