// Where the SDK keeps the session: in IndexedDB or, if that is missing, local storage. All tabs
// share it.
//
// The SDK stores the user after every look at the server, such as reload(). A tab that hasn't
// noticed yet that the user signed out in another tab would bring the session back that way. These
// classes store a user only if that doesn't undo a sign-out.

import { browserLocalPersistence, indexedDBLocalPersistence } from '../../firebase/firebase.js';

/** @typedef {import('../../firebase/firebase.js').Persistence} Persistence */
/** @typedef {{uid: string} | null} StoredUser */

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

    /** Makes the SDK compare its user with the stored one. */
    #onChange = () => undefined;

    /** @param {string} key @param {() => undefined} listener */
    _addListener(key, listener) {
      this.#onChange = listener;
      super._addListener(key, listener);
    }

    /** @param {string} key @returns {Promise<StoredUser>} */
    async _get(key) {
      const stored = /** @type {StoredUser} */ (await super._get(key));
      if (stored) this.#seen.add(stored.uid);
      return stored;
    }

    /** @param {string} key @param {{uid: string}} user */
    _set(key, user) {
      return takeTurns(async () => {
        const stored = /** @type {StoredUser} */ (await super._get(key));
        if (this.#seen.has(user.uid) && stored?.uid !== user.uid) {
          setTimeout(this.#onChange); // the session ended in another tab; end it here too
          return;
        }
        await super._set(key, user);
        this.#seen.add(user.uid);
      });
    }

    /** @param {string} key */
    _remove(key) {
      return takeTurns(async () => {
        await super._remove(key);
        this.#seen.clear();
      });
    }
  };
  return /** @type {Persistence} */ (/** @type {unknown} */ (Guarded));
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
