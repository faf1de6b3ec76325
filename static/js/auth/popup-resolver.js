// The SDK's connection to providers: a hidden frame with Firebase's sign-in helper, and Google's
// script gapi, which talks to it.
//
// On phones and in Safari, the SDK's own resolver loads the frame at the start, and the SDK waits
// for it before it restores the session. This one loads it later: see prepareProviders.

import { browserPopupRedirectResolver } from '../../firebase/firebase.js';
import { config } from '../config.js';

// The methods with an underscore are the SDK's own interface. They aren't documented, so an upgrade
// may change them (firebase 12.19).
const Base = /** @type {new () => any} */ (/** @type {unknown} */ (browserPopupRedirectResolver));

class PopupResolver extends Base {
  get _shouldInitProactively() {
    return false;
  }

  /** Loads the frame, once. @param {unknown} auth */
  async _initialize(auth) {
    if (config.emulator === 'same-origin') await loadLocalGapi();
    return super._initialize(auth);
  }
}

export const popupResolver =
  /** @type {import('../../firebase/firebase.js').PopupRedirectResolver} */ (
    /** @type {unknown} */ (PopupResolver)
  );

/** @type {Promise<void> | undefined} */
let loading;

/**
 * Loads the local Firebase's replacement for gapi. In production, the SDK loads Google's script by
 * itself.
 */
function loadLocalGapi() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = '/emulator/gapi.js';
    script.onload = () => resolve();
    script.onerror = () => {
      loading = undefined; // the next click tries again
      script.remove();
      reject(
        Object.assign(new Error('gapi.js did not load'), { code: 'auth/network-request-failed' }),
      );
    };
    document.head.append(script);
  });
  return loading;
}
