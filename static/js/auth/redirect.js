// The trip to a provider's page and back, where a browser blocks pop-up windows. This page and its memory are gone
// meanwhile; what stays is a note in this tab and a mark for all tabs.
//
// The mark is there because of the SDK: while somebody is away to link or to confirm, their stored session carries the
// number of the trip, and a page that starts the SDK without a redirect resolver then drops the session.

import { config } from '../config.js';

const mark = 'latchkey:trip';
const staleMs = 60 * 60 * 1000;

/**
 * @typedef {object} Trip
 * @property {string} provider
 * @property {'signIn' | 'link'} purpose
 * @property {boolean} [leaving] the page is to go to the provider as soon as it is loaded
 * @property {string} [waiting] a provider whose account was to be added after this sign-in; its credential is lost
 */

/** @param {Trip} trip */
export function startTrip(trip) {
  sessionStorage.setItem(mark, JSON.stringify(trip));
  localStorage.setItem(mark, String(Date.now()));
}

/** @returns {Trip | null} the trip that this tab is back from */
export function currentTrip() {
  try {
    return JSON.parse(sessionStorage.getItem(mark) ?? 'null');
  } catch {
    return null; // storage is blocked
  }
}

/** Whether a tab of this browser is on a trip. */
export function anyTrip() {
  try {
    return localStorage.getItem(mark) !== null;
  } catch {
    return false;
  }
}

/** Whether the tab that left has not come back for so long that it never will. */
export function tripIsStale() {
  return currentTrip() === null && Date.now() - Number(localStorage.getItem(mark)) > staleMs;
}

export function endTrip() {
  sessionStorage.removeItem(mark);
  localStorage.removeItem(mark);
}

/** @type {Promise<void> | undefined} */
let loading;

/**
 * Loads what the SDK talks to a provider's page with, where the local Firebase plays the providers: it brings its own.
 * Everywhere else the SDK loads Google's by itself.
 */
export function loadHelper() {
  if (config.emulator !== 'same-origin') return Promise.resolve();
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = '/emulator/gapi.js';
    script.onload = () => resolve();
    script.onerror = () => {
      loading = undefined; // the next click tries again
      script.remove();
      reject(Object.assign(new Error('gapi.js did not load'), { code: 'auth/network-request-failed' }));
    };
    document.head.append(script);
  });
  return loading;
}
