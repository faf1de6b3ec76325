// Two forms, one after the other: a phone number, then the code that was sent to it. Used to sign
// in and to connect a phone number to an account.

import { UserFacingError } from '../errors.js';
import { clearMessages, onSubmit, runForm } from '../ui/form.js';
import { showMessage } from '../ui/messages.js';

/**
 * @typedef {import('../../firebase/firebase.js').ConfirmationResult} ConfirmationResult
 * @typedef {import('../../firebase/firebase.js').UserCredential} UserCredential
 */

const resendSeconds = 30; // text messages take a while, and each one costs money

/**
 * @param {HTMLElement} root holds the two forms of views/phone_forms.templ
 * @param {(number: string) => Promise<ConfirmationResult>} send sends a code
 * @param {(confirm: () => Promise<UserCredential>) => Promise<string | void>} finish uses the code
 */
export function phoneForms(root, send, finish) {
  const [numberForm, codeForm] = /** @type {HTMLFormElement[]} */ ([
    ...root.querySelectorAll('form'),
  ]);
  const resend = /** @type {HTMLButtonElement} */ (root.querySelector('[data-again]'));
  if (!numberForm || !codeForm) throw new Error('the forms for a phone number are missing');
  /** @type {ConfirmationResult | undefined} */
  let confirmation;
  let number = '';

  /** @param {HTMLFormElement} form */
  const show = (form) => {
    numberForm.hidden = form !== numberForm;
    codeForm.hidden = form !== codeForm;
    const input = form.querySelector('input');
    if (form === codeForm && input) input.value = '';
    input?.focus();
  };
  const sendCode = async () => {
    confirmation = await send(number);
    countDown(resend);
  };

  onSubmit(numberForm, async () => {
    number = e164(String(new FormData(numberForm).get('phoneNumber')));
    await sendCode();
    show(codeForm);
    showMessage(codeForm, `We sent a code to ${number}.`);
  });
  onSubmit(codeForm, async () => {
    const code = String(new FormData(codeForm).get('code')).replace(/\s/g, '');
    return finish(() => /** @type {ConfirmationResult} */ (confirmation).confirm(code));
  });
  resend.addEventListener('click', () =>
    runForm(
      codeForm,
      async () => {
        await sendCode();
        return `We sent a new code to ${number}. The old one no longer works.`;
      },
      { checkFields: false },
    ),
  );
  root.querySelector('[data-other-number]')?.addEventListener('click', () => {
    clearMessages(codeForm);
    show(numberForm);
  });
  return { reset: () => show(numberForm) };
}

/**
 * Converts a phone number to the form that the platform requires (E.164): "+" and digits only.
 * @param {string} typed
 */
export function e164(typed) {
  const number = typed.replace(/[\s().\-/]/g, '').replace(/^00/, '+');
  if (/^\+[1-9]\d{6,14}$/.test(number)) return number;
  throw new UserFacingError(
    number.startsWith('+')
      ? 'Enter a valid phone number: + and 7 to 15 digits, such as +44 20 7946 0958.'
      : 'Start with + and the country code, such as +44 for the United Kingdom.',
    'phoneNumber',
  );
}

let timer = 0;

/** @param {HTMLButtonElement} button */
function countDown(button) {
  clearTimeout(timer);
  const end = Date.now() + resendSeconds * 1000;
  button.disabled = true;
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? `Send a new code in ${left} s` : 'Send a new code';
    if (left > 0) timer = setTimeout(tick, 1000);
  };
  tick();
}
