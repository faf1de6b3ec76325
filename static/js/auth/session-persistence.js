// Where the SDK keeps the session: in IndexedDB or, if that is missing, local storage. All tabs
// share it.
//
// The SDK doesn't look at what the other tabs have stored before it writes, so these classes do:
//
//   - The SDK stores the user after every look at the server, such as reload(). A tab that hasn't
//     noticed yet that the user signed out in another tab would bring the session back that way.
//   - A tab that hasn't noticed a new password has only revoked tokens. It must not store them, and
//     when the server rejects them, it must not remove the session that has the new ones.

import { browserLocalPersistence, indexedDBLocalPersistence } from '../../firebase/firebase.js';

/** @typedef {import('../../firebase/firebase.js').Persistence} Persistence */
/** @typedef {{uid: string, stsTokenManager: {refreshToken: string}}} StoredUser */

let signingOut = false;

/** Call this before the user signs out, so that the session is removed in any case. */
export function expectSignOut() {
  signingOut = true;
}

export const sessionPersistence = [indexedDBLocalPersistence, browserLocalPersistence].map(guard);

/**
 * The methods with an underscore are the SDK's interface between a session and its storage. They
 * aren't documented, so an upgrade may change them (firebase 12.19).
 * @param {Persistence} persistence a class of the SDK, although its type doesn't say so
 */
function guard(persistence) {
  const Base = /** @type {new () => any} */ (/** @type {unknown} */ (persistence));
  const Guarded = class extends Base {
    /** The users whose session this tab has seen in storage since its own last sign-out. */
    #seen = /** @type {Set<string>} */ (new Set());

    /** The refresh token that this tab has seen last. */
    #refreshToken = '';

    /** Makes the SDK compare its user with the stored one. */
    #onChange = () => undefined;

    /** @param {string} key @param {() => undefined} listener */
    _addListener(key, listener) {
      this.#onChange = listener;
      super._addListener(key, listener);
    }

    /** @param {string} key @returns {Promise<StoredUser | null>} */
    async _get(key) {
      const stored = /** @type {StoredUser | null} */ (await super._get(key));
      if (stored) this.#remember(stored);
      return stored;
    }

    /** @param {StoredUser} user */
    #remember(user) {
      this.#seen.add(user.uid);
      this.#refreshToken = refreshTokenOf(user);
    }

    /** @param {string} key @param {StoredUser} user */
    _set(key, user) {
      return takeTurns(async () => {
        const stored = /** @type {StoredUser | null} */ (await super._get(key));
        const isEnded = this.#seen.has(user.uid) && stored?.uid !== user.uid;
        if (isEnded || (this.#isNewer(stored) && refreshTokenOf(user) === this.#refreshToken)) {
          setTimeout(this.#onChange); // the SDK then reads what the other tab has stored
          return;
        }
        await super._set(key, user);
        this.#remember(user);
      });
    }

    /** @param {string} key */
    _remove(key) {
      return takeTurns(async () => {
        if (!signingOut && this.#isNewer(await super._get(key))) {
          setTimeout(this.#onChange);
          return;
        }
        await super._remove(key);
        this.#seen.clear();
      });
    }

    /** @param {StoredUser | null} stored @returns {boolean} whether another tab has stored it */
    #isNewer(stored) {
      return stored !== null && refreshTokenOf(stored) !== this.#refreshToken;
    }
  };
  return /** @type {Persistence} */ (/** @type {unknown} */ (Guarded));
}

/** @param {StoredUser} user */
function refreshTokenOf(user) {
  return user.stsTokenManager.refreshToken;
}

/**
 * Runs a change to the session while no other tab is changing it.
 * @param {() => Promise<void>} change
 * @returns {Promise<void>}
 */
function takeTurns(change) {
  // Browsers have locks only on HTTPS and localhost. Elsewhere, two changes may overlap.
  return navigator.locks ? navigator.locks.request('latchkey:session', change) : change();
}
