// Signing in with a link in an email: asking for it, and coming back with it, on this device or
// another.

import {
  EmailAuthProvider,
  linkWithCredential,
  sendSignInLinkToEmail,
  signInWithEmailLink,
} from '../../firebase/firebase.js';
import { config } from '../config.js';
import { errorCode, UserFacingError } from '../errors.js';
import { forgetAddress, rememberAddress } from './link-address.js';
import { returnPath } from './return-path.js';
import { auth } from './session.js';

/** @typedef {import('../../firebase/firebase.js').UserCredential} UserCredential */

/**
 * Sends the link. It leads to this site's /auth/action, either directly or by way of Firebase's
 * own page, depending on the project's email templates.
 * @param {string} email
 * @param {string} next a path of this site
 */
export async function sendEmailLink(email, next) {
  const url = new URL('/auth/action', location.origin);
  url.searchParams.set('next', next);
  await sendSignInLinkToEmail(auth, email, { url: url.href, handleCodeInApp: true });
  rememberAddress(email);
}

/**
 * Goes from /auth/action to the sign-in page, which has the form for the email address and shows
 * errors. The link travels in the fragment, so no server sees it.
 * @param {URLSearchParams} query of /auth/action
 */
export function continueOnSignInPage(query) {
  const target = new URL('/signin?mode=finish', location.origin);
  target.searchParams.set('next', nextOf(query));
  target.hash = query.toString();
  location.replace(target);
}

/**
 * Returns the path to go to after signing in. It is either beside the link or inside its
 * continueUrl.
 * @param {URLSearchParams} query
 */
function nextOf(query) {
  const continueUrl = query.get('continueUrl') ?? '';
  const source =
    query.has('next') || !URL.canParse(continueUrl) ? query : new URL(continueUrl).searchParams;
  return returnPath(source.toString(), '/account');
}

/** @returns {string} the link that continueOnSignInPage passed to this page, or "" */
export function receivedLink() {
  if (!location.hash) return '';
  const query = new URLSearchParams(location.hash.slice(1));
  // The SDK requires the API key, but the link may have none, or another one of the project.
  query.set('apiKey', config.apiKey);
  return `${location.origin}/auth/action?${query}`;
}

/**
 * Signs in with the link. A signed-in user without an email address, such as a guest, keeps their
 * account, and the address is added to it.
 * @param {string} email
 * @param {string} link
 * @param {{leaveGuest?: boolean}} [options] leaveGuest: sign in to the address's own account
 *   instead
 * @returns {Promise<UserCredential>}
 */
export async function useEmailLink(email, link, { leaveGuest = false } = {}) {
  await auth.authStateReady();
  const user = auth.currentUser;
  try {
    const result =
      user && !user.email && !leaveGuest
        ? await linkWithCredential(user, EmailAuthProvider.credentialWithLink(email, link))
        : await signInWithEmailLink(auth, email, link);
    forgetAddress();
    return result;
  } catch (error) {
    if (errorCode(error) !== 'auth/invalid-email') throw error;
    forgetAddress();
    throw new UserFacingError(
      'This link was sent to a different email address. Enter the one we sent it to.',
      'email',
    );
  }
}
