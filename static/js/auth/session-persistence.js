// Where the SDK keeps the session: in IndexedDB, which all tabs share.
//
// The SDK stores the user after every look at the server, such as reload(). A tab that hasn't
// noticed yet that the user signed out in another tab would bring the session back that way, so
// this class stores a user only if that doesn't undo a sign-out.

import { indexedDBLocalPersistence } from '../../firebase/firebase.js';

// The methods with an underscore are the SDK's interface between a session and its storage. They
// aren't documented, so an upgrade may change them (firebase 12.19).
const Base = /** @type {new () => any} */ (/** @type {unknown} */ (indexedDBLocalPersistence));

/** @typedef {{uid: string} | null} StoredUser */

class SessionPersistence extends Base {
  /** The user whom this tab has last seen in storage. @type {StoredUser} */
  #seen = null;

  /** Makes the SDK compare its user with the stored one. */
  #onChange = () => undefined;

  /** @param {string} key @param {() => undefined} listener */
  _addListener(key, listener) {
    this.#onChange = listener;
    super._addListener(key, listener);
  }

  /** @param {string} key @returns {Promise<StoredUser>} */
  async _get(key) {
    this.#seen = await super._get(key);
    return this.#seen;
  }

  /** @param {string} key @param {{uid: string}} user */
  _set(key, user) {
    return takeTurns(async () => {
      const stored = /** @type {StoredUser} */ (await super._get(key));
      if (this.#seen?.uid === user.uid && stored?.uid !== user.uid) {
        setTimeout(this.#onChange); // the session ended in another tab; end it here too
        return;
      }
      await super._set(key, user);
      this.#seen = user;
    });
  }

  /** @param {string} key */
  _remove(key) {
    return takeTurns(async () => {
      await super._remove(key);
      this.#seen = null;
    });
  }
}

export const sessionPersistence =
  /** @type {import('../../firebase/firebase.js').Persistence} */ (
    /** @type {unknown} */ (SessionPersistence)
  );

/**
 * Runs a change to the session while no other tab is changing it.
 * @param {() => Promise<void>} change
 * @returns {Promise<void>}
 */
function takeTurns(change) {
  // Browsers have locks only on HTTPS and localhost. Elsewhere, two changes may overlap.
  return navigator.locks ? navigator.locks.request('latchkey:session', change) : change();
}
