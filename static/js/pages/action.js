// /auth/action: the page that links in emails lead to. Opening it only shows what the link is
// for. Nothing changes until the user clicks the button, because mail scanners open links too,
// and some of them run scripts.

import {
  applyActionCode,
  checkActionCode,
  confirmPasswordReset,
  sendEmailVerification,
  sendPasswordResetEmail,
} from '../../firebase/firebase.js';
import { continueOnSignInPage } from '../auth/email-link.js';
import { requirePasswordPolicy } from '../auth/password-policy.js';
import { returnPath } from '../auth/return-path.js';
import { auth, signOut } from '../auth/session.js';
import { errorCode } from '../errors.js';
import { formById, inputById, setText } from '../ui/dom.js';
import { describeError } from '../ui/error-messages.js';
import { onSubmit } from '../ui/form.js';
import '../ui/reveal-password.js';
import { brokenLinks, linkKinds } from './action-texts.js';

/** @typedef {import('../../firebase/firebase.js').ActionCodeInfo} ActionCodeInfo */
/** @typedef {import('./action-texts.js').LinkKind} LinkKind */

/**
 * @typedef {object} LastStep
 * @property {string} heading
 * @property {string} text
 * @property {string} button
 * @property {() => Promise<string | void>} onClick returns a message to show
 */

const main = /** @type {HTMLElement} */ (document.querySelector('[data-action]'));
const query = new URLSearchParams(location.search);
const mode = query.get('mode') ?? '';
const code = query.get('oobCode') ?? '';

// The code is a secret until it has been used. Remove it from the address bar and the history.
history.replaceState(null, '', location.pathname);

/** What the button of the last step does. @type {() => Promise<string | void>} */
let onLastClick = async () => undefined;

async function start() {
  const kind = Object.hasOwn(linkKinds, mode) ? linkKinds[mode] : undefined;
  if (mode === 'signIn') return continueOnSignInPage(query);
  if (!kind || !code) return showBrokenLink('malformed');
  try {
    const info = await checkActionCode(auth, code);
    await auth.authStateReady();
    if (info.operation !== kind.operation) return showBrokenLink('malformed');
    if (mode === 'resetPassword') askForPassword(info);
    else askToConfirm(kind, info);
  } catch (error) {
    handleError(error);
  }
}

/** @param {LinkKind} kind @param {ActionCodeInfo} info */
function askToConfirm(kind, info) {
  const section = step('confirm');
  const { email, previousEmail } = info.data;
  setText(section, 'h1', kind.heading);
  setText(section, '[data-text]', kind.text(email ?? '', previousEmail ?? ''));
  setText(section, 'button', kind.button);
  warnOtherUser(section, (mode === 'verifyEmail' ? email : previousEmail) ?? '');
  show(section);
  onSubmit(formById('action-confirm'), async () => {
    await useCode(
      () => applyActionCode(auth, code),
      () => showDone(kind, info),
    );
  });
}

/** @param {LinkKind} kind @param {ActionCodeInfo} info */
async function showDone(kind, info) {
  const email = info.data.email ?? '';
  await syncSession();
  const heading = kind.done;
  const text = kind.doneText(email, info.data.previousEmail ?? '');
  if (mode !== 'recoverEmail') return showLastStep({ heading, text, ...nextStep(email) });
  showLastStep({
    heading,
    text,
    button: 'Send password reset link',
    onClick: async () => {
      await sendPasswordResetEmail(auth, email);
      return `We sent an email to ${email}.`;
    },
  });
}

/** @param {ActionCodeInfo} info */
function askForPassword(info) {
  const section = step('reset');
  const email = info.data.email ?? '';
  const input = inputById('action-password');
  inputById('action-email').value = email;
  warnOtherUser(section, email);
  show(section);
  onSubmit(formById('action-reset'), async () => {
    await requirePasswordPolicy(input.value);
    await useCode(
      () => confirmPasswordReset(auth, code, input.value),
      async () => {
        await syncSession();
        showLastStep({
          heading: 'Your new password is saved',
          text: "You're signed out on all devices. Sign in with your new password.",
          ...nextStep(email),
        });
      },
    );
  });
}

/**
 * Uses the code. It may have become invalid since the page was opened; then the page says so.
 * Other errors, such as a weak password, are shown in the form.
 * @param {() => Promise<void>} use
 * @param {() => Promise<void>} then
 */
async function useCode(use, then) {
  try {
    await use();
  } catch (error) {
    if (!Object.hasOwn(brokenLinks, errorCode(error))) throw error;
    return showBrokenLink(errorCode(error));
  }
  await then();
}

/** The link may have changed or ended this browser's session. This makes every tab notice. */
async function syncSession() {
  await auth.currentUser
    ?.reload()
    .then(() => auth.currentUser?.getIdToken(true))
    .catch(() => undefined);
}

/**
 * The button after success: to the account, or to sign in as the user that the link was for.
 * @param {string} email
 */
function nextStep(email) {
  const user = auth.currentUser;
  const target = continuePath();
  if (user?.email === email) return { button: 'Continue', onClick: goTo(target) };
  return {
    button: user ? `Sign out and sign in as ${email}` : 'Sign in',
    onClick: async () => {
      if (user) await signOut();
      location.assign(`/signin?${new URLSearchParams({ next: target })}`);
    },
  };
}

/** @returns {string} the page where the email was requested, if it is on this site */
function continuePath() {
  const continueUrl = query.get('continueUrl') ?? '';
  if (!URL.canParse(continueUrl)) return '/account';
  const { origin, pathname, search } = new URL(continueUrl);
  if (origin !== location.origin) return '/account';
  return returnPath(`?${new URLSearchParams({ next: pathname + search })}`, '/account');
}

/** @param {unknown} error */
function handleError(error) {
  if (Object.hasOwn(brokenLinks, errorCode(error))) return showBrokenLink(errorCode(error));
  showLastStep({
    heading: "This link couldn't be checked",
    text: describeError(error).message,
    button: 'Try again',
    onClick: start,
  });
}

/** @param {string} reason a key of brokenLinks */
async function showBrokenLink(reason) {
  await auth.authStateReady();
  const user = auth.currentUser;
  await user?.reload().catch(() => undefined);
  const texts = brokenLinks[reason] ?? { heading: '', text: '' };
  if (mode === 'verifyEmail' && user?.emailVerified && reason === 'auth/invalid-action-code') {
    return showLastStep({
      heading: 'Your email address is verified',
      text: `${user.email} was already verified. There's nothing left to do.`,
      button: 'Continue',
      onClick: goTo('/account'),
    });
  }
  if (mode === 'verifyEmail' && user?.email && !user.emailVerified) {
    return showLastStep({
      ...texts,
      button: 'Send a new link',
      onClick: async () => {
        await sendEmailVerification(user, { url: `${location.origin}/account` });
        return `We sent a new email to ${user.email}.`;
      },
    });
  }
  if (mode === 'resetPassword' && !user) {
    return showLastStep({
      ...texts,
      button: 'Request a new link',
      onClick: goTo('/signin?mode=reset'),
    });
  }
  if (user) showLastStep({ ...texts, button: 'Go to your account', onClick: goTo('/account') });
  else showLastStep({ ...texts, button: 'Sign in', onClick: goTo('/signin') });
}

/** @param {string} path */
function goTo(path) {
  return async () => location.assign(path);
}

/** @param {LastStep} lastStep */
function showLastStep({ heading, text, button, onClick }) {
  const section = step('end');
  setText(section, 'h1', heading);
  setText(section, '[data-text]', text);
  setText(section, 'button', button);
  onLastClick = onClick;
  show(section);
}

onSubmit(formById('action-next'), () => onLastClick());

/**
 * Tells a user who is signed in with another account.
 * @param {HTMLElement} section
 * @param {string} email of the link
 */
function warnOtherUser(section, email) {
  const user = auth.currentUser;
  const warning = /** @type {HTMLElement} */ (section.querySelector('[data-note]'));
  warning.hidden = !user || user.email === email || !email;
  warning.textContent =
    `You're signed in as ${user?.email ?? 'another user'}. This link is for ${email} and changes ` +
    'only that account.';
}

/** @param {string} name @returns {HTMLElement} */
function step(name) {
  return /** @type {HTMLElement} */ (main.querySelector(`[data-step=${name}]`));
}

/**
 * Shows one section and focuses its heading, so that screen readers read it.
 * @param {HTMLElement} section
 */
function show(section) {
  for (const other of main.querySelectorAll('section')) other.hidden = other !== section;
  main.classList.remove('pending');
  const heading = section.querySelector('h1');
  document.title = [heading?.textContent, document.title.split(' · ').at(-1)].join(' · ');
  heading?.focus();
}

start();
