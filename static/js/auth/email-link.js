// Signing in by a link in an email: asking for it, and coming back with it, on this device or another.

import {
  EmailAuthProvider,
  linkWithCredential,
  sendSignInLinkToEmail,
  signInWithEmailLink,
} from '../../firebase/firebase.js';
import { auth } from './session.js';
import { codeOf, Told } from '../ui/error-messages.js';
import { nextPath } from './return-path.js';

const key = 'latchkey:email'; // the address that a link was sent to, until it is used

/** @typedef {import('../../firebase/firebase.js').UserCredential} UserCredential */

/**
 * Sends the link. It comes back to /auth/action of this site, whether the project's emails lead there themselves or
 * by way of Firebase's own page.
 * @param {string} email
 * @param {string} next a path of this site
 */
export async function sendLink(email, next) {
  const url = new URL('/auth/action', location.origin);
  url.searchParams.set('next', next);
  await sendSignInLinkToEmail(auth, email, { url: url.href, handleCodeInApp: true });
  try {
    localStorage.setItem(key, email);
  } catch {
    // Storage is blocked: the page asks for the address again.
  }
}

/**
 * For the page that links in emails lead to, when ?mode=signIn. The rest of the way is on the sign-in page, which has
 * the form for the address and says what may go wrong. The link goes there in the fragment: no server sees it.
 * @param {URLSearchParams} query of that page
 */
export function completeEmailLink(query) {
  const target = new URL('/signin?mode=finish', location.origin);
  target.searchParams.set('next', nextOf(query));
  target.hash = query.toString();
  location.replace(target);
}

/** The path to go on to: beside the link, or inside the address that the link was asked for with. @param {URLSearchParams} query */
function nextOf(query) {
  const address = query.get('continueUrl') ?? '';
  const search = query.has('next') || !URL.canParse(address) ? query : new URL(address).searchParams;
  return nextPath(search.toString(), '/account');
}

/** @returns {string} the link that completeEmailLink brought, or "" */
export function broughtLink() {
  return location.hash ? `${location.origin}/auth/action?${location.hash.slice(1)}` : '';
}

/** @returns {string} the address that this browser asked for a link with, or "" */
export function rememberedEmail() {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

/**
 * Uses the link up. Whoever is signed in without an email address, such as a guest, keeps the account, which then has
 * the address.
 * @param {string} email
 * @param {string} link
 * @param {boolean} leaveGuest sign in to the address's own account, whatever a guest in this browser has
 * @returns {Promise<UserCredential>}
 */
export async function useLink(email, link, leaveGuest) {
  await auth.authStateReady();
  try {
    const linker = auth.currentUser && !auth.currentUser.email && !leaveGuest ? auth.currentUser : null;
    const result = linker
      ? await linkWithCredential(linker, EmailAuthProvider.credentialWithLink(email, link))
      : await signInWithEmailLink(auth, email, link);
    forgetEmail();
    return result;
  } catch (error) {
    if (codeOf(error) !== 'auth/invalid-email') throw error;
    forgetEmail();
    throw new Told('The link was sent to another address. Enter the one that you got this email at.', 'email');
  }
}

function forgetEmail() {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing is stored.
  }
}
