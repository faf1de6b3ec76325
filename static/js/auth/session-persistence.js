// Where the SDK keeps the session: in IndexedDB or, if that is missing, local storage. All tabs
// share it.
//
// The SDK writes without checking what other tabs have stored. These classes check first, because of
// two problems:
//
//   - The SDK stores the user each time it loads the user from the server, as in reload(). A tab that
//     hasn't noticed yet that the user signed out in another tab would bring the session back that way.
//   - A tab that hasn't noticed a new password has only revoked tokens. It must not store them, and
//     when the server rejects them, it must not remove the session that has the new ones.

import { browserLocalPersistence, indexedDBLocalPersistence } from '../../firebase/firebase.js';

/** @typedef {import('../../firebase/firebase.js').Persistence} Persistence */
/** @typedef {{uid: string, stsTokenManager: {refreshToken: string}}} StoredUser */

// How long a tab waits for its turn. A browser may suspend the tab whose turn it is.
const maxWaitMs = 3000;

let signingOut = false;

/**
 * Runs the SDK's signOut, after which the session is removed in any case.
 * @param {() => Promise<void>} signOut
 */
export async function removeSession(signOut) {
  signingOut = true;
  try {
    await signOut();
  } finally {
    signingOut = false;
  }
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
    #uids = /** @type {Set<string>} */ (new Set());

    /** The refresh tokens that this tab has seen in storage, and the latest of them. */
    #tokens = /** @type {Set<string>} */ (new Set());
    #latestToken = '';

    /** Whether another tab has replaced the session, so that a request may still use the old one. */
    #isReplaced = false;

    /** Makes the SDK compare its user with the stored one. @type {(() => void) | null} */
    #onChange = null;

    /**
     * The SDK calls this for the storage that it has chosen.
     * @param {string} key
     * @param {() => void} listener
     */
    _addListener(key, listener) {
      this.#onChange = listener;
      super._addListener(key, listener);
    }

    /** @param {string} key @returns {Promise<StoredUser | null>} */
    async _get(key) {
      const stored = /** @type {StoredUser | null} */ (await super._get(key));
      if (stored) {
        const token = refreshTokenOf(stored);
        this.#isReplaced ||= this.#latestToken !== '' && token !== this.#latestToken;
        this.#remember(stored);
      }
      return stored;
    }

    /** @param {StoredUser} user */
    #remember(user) {
      this.#uids.add(user.uid);
      this.#latestToken = refreshTokenOf(user);
      this.#tokens.add(this.#latestToken);
    }

    /** @param {string} key @param {StoredUser} user */
    _set(key, user) {
      return takeTurns(async () => {
        const stored = /** @type {StoredUser | null} */ (await super._get(key));
        const isOld =
          this.#tokens.has(refreshTokenOf(user)) &&
          (!stored || refreshTokenOf(stored) !== refreshTokenOf(user));
        const isEnded = this.#uids.has(user.uid) && stored?.uid !== user.uid;
        if (isOld || isEnded) return this.#readAgain();
        await super._set(key, user);
        this.#remember(user);
      });
    }

    /** @param {string} key */
    _remove(key) {
      return takeTurns(async () => {
        const stored = /** @type {StoredUser | null} */ (await super._get(key));
        const isNewer =
          stored !== null && (this.#isReplaced || refreshTokenOf(stored) !== this.#latestToken);
        if (isNewer && this.#onChange && !signingOut) {
          this.#isReplaced = false;
          return this.#readAgain();
        }
        await super._remove(key);
        this.#uids.clear();
      });
    }

    #readAgain() {
      setTimeout(() => this.#onChange?.());
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
async function takeTurns(change) {
  // Browsers have locks only on HTTPS and localhost. Elsewhere, two changes may overlap.
  if (!navigator.locks) return change();
  let started = false;
  const run = () => {
    started = true;
    return change();
  };
  try {
    const signal = AbortSignal.timeout(maxWaitMs);
    await navigator.locks.request('latchkey:session', { signal }, run);
  } catch (error) {
    if (started) throw error;
    await change();
  }
}
