// The reCAPTCHA check that keeps robots from sending text messages.

import { RecaptchaVerifier } from '../../firebase/firebase.js';
import { auth } from './session.js';

/**
 * Runs an action with a verifier. The SDK loads Google's script only now, when a user asks for a
 * code. The local Firebase does without it.
 * @template T
 * @param {HTMLElement} root where a challenge is shown, if there is one
 * @param {(verifier: RecaptchaVerifier) => Promise<T>} action
 */
export async function withRecaptcha(root, action) {
  // A new element each time, because reCAPTCHA uses one only once.
  const place = document.createElement('div');
  root.append(place);
  const verifier = new RecaptchaVerifier(auth, place, { size: 'invisible' });
  try {
    return await action(verifier);
  } finally {
    verifier.clear();
    place.remove();
  }
}
