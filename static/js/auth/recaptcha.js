// The reCAPTCHA check that keeps robots from sending text messages.

import { RecaptchaVerifier } from '../../firebase/firebase.js';
import { UserFacingError } from '../errors.js';
import { auth } from './session.js';

// The frame of a challenge. It may stay in the page while it isn't shown.
const challengeFrames = 'iframe[src*="/recaptcha/"][src*="/bframe"]';

// How long the result of a solved challenge may take after the challenge has disappeared.
const resultMs = 1000;

/**
 * Runs an action with a verifier. The SDK loads Google's script only now, when a user asks for a
 * code. The local Firebase does without it.
 * @template T
 * @param {HTMLElement} root where reCAPTCHA finds its place
 * @param {(verifier: RecaptchaVerifier) => Promise<T>} action
 */
export async function withRecaptcha(root, action) {
  // A new element each time, because reCAPTCHA uses one only once.
  const place = document.createElement('div');
  root.append(place);
  let solved = false;
  const verifier = new RecaptchaVerifier(auth, place, {
    size: 'invisible',
    callback: () => {
      solved = true;
    },
  });
  const challenge = watchChallenge(() => solved);
  try {
    return await Promise.race([action(verifier), challenge.closed]);
  } finally {
    challenge.stop();
    verifier.clear();
    place.remove();
  }
}

/**
 * Notices when a challenge disappears without having been solved, because the user closed it or it
 * expired. reCAPTCHA doesn't report that, and the SDK would wait forever.
 * @param {() => boolean} isSolved
 */
function watchChallenge(isSolved) {
  let wasShown = false;
  let timer = 0;
  /** @type {(error: Error) => void} */
  let reject;
  /** @type {Promise<never>} */
  const closed = new Promise((_, rejectPromise) => {
    reject = rejectPromise;
  });
  const check = () => {
    if (isSolved()) return;
    reject(
      new UserFacingError(
        'The security check was closed before you finished, so no code was sent. Try again.',
      ),
    );
  };
  const observer = new MutationObserver(() => {
    const isShown = [...document.querySelectorAll(challengeFrames)].some((frame) =>
      frame.checkVisibility({ visibilityProperty: true }),
    );
    if (isShown === wasShown) return;
    wasShown = isShown;
    clearTimeout(timer);
    if (!isShown) timer = setTimeout(check, resultMs);
  });
  observer.observe(document.body, {
    childList: true,
    subtree: true,
    attributeFilter: ['style'],
  });
  return {
    closed,
    stop: () => {
      observer.disconnect();
      clearTimeout(timer);
    },
  };
}
