// The proof that no robot spends the text messages.

import { RecaptchaVerifier } from '../../firebase/firebase.js';
import { auth } from './session.js';

/**
 * Runs an action with a verifier. Google's script is loaded now, when somebody asks for a code, and not before; the local
 * Firebase does without.
 * @template T
 * @param {HTMLElement} root where the check is shown if it needs to ask
 * @param {(verifier: RecaptchaVerifier) => Promise<T>} action
 */
export async function withVerifier(root, action) {
  const place = document.createElement('div'); // a new one each time: reCAPTCHA takes an element only once
  root.append(place);
  const verifier = new RecaptchaVerifier(auth, place, { size: 'invisible' });
  try {
    return await action(verifier);
  } finally {
    verifier.clear();
    place.remove();
  }
}
