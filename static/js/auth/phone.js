// A phone number, and the code that it gets: two forms, one after the other, to sign in or to link a number.

import { Told } from '../ui/error-messages.js';
import { clear, onSubmit, run, say } from '../ui/form.js';

/**
 * @typedef {import('../../firebase/firebase.js').ConfirmationResult} ConfirmationResult
 * @typedef {(number: string) => Promise<ConfirmationResult>} Send
 */

const waitSeconds = 30; // before another code: texts take a while, and each costs

/**
 * @param {HTMLElement} root holds the two forms of views/phone.templ
 * @param {Send} send asks for a code
 * @param {(confirm: () => Promise<import('../../firebase/firebase.js').UserCredential>) => Promise<string | void>} finish uses
 *   the code
 */
export function phoneForms(root, send, finish) {
  const [ask, code] = /** @type {HTMLFormElement[]} */ ([...root.querySelectorAll('form')]);
  const again = /** @type {HTMLButtonElement} */ (root.querySelector('[data-again]'));
  if (!ask || !code) throw new Error('the forms for a phone number are missing');
  /** @type {ConfirmationResult | undefined} */
  let sent;
  let number = '';

  /** @param {'ask' | 'code'} step */
  const show = (step) => {
    ask.hidden = step !== 'ask';
    code.hidden = step !== 'code';
    const input = (step === 'ask' ? ask : code).querySelector('input');
    if (step === 'code' && input) input.value = '';
    input?.focus();
  };
  const text = async () => {
    sent = await send(number);
    countdown(again);
  };

  onSubmit(ask, async () => {
    number = e164(String(new FormData(ask).get('phoneNumber')));
    await text();
    show('code');
    say(code, `A code is on its way to ${number}.`);
  });
  onSubmit(code, async () => {
    const typed = String(new FormData(code).get('code')).replace(/\s/g, '');
    return finish(() => /** @type {ConfirmationResult} */ (sent).confirm(typed));
  });
  again.addEventListener('click', () => run(code, async () => {
    await text();
    return `Another code is on its way to ${number}. The one before does not count any more.`;
  }, { unchecked: true }));
  root.querySelector('[data-other-number]')?.addEventListener('click', () => {
    clear(code);
    show('ask');
  });
  return { reset: () => show('ask') };
}

/**
 * The number as the platform wants it (E.164): "+" and digits only.
 * @param {string} typed
 */
export function e164(typed) {
  const number = typed.replace(/[\s().\-/]/g, '').replace(/^00/, '+');
  if (/^\+[1-9]\d{6,14}$/.test(number)) return number;
  throw new Told(number.startsWith('+')
    ? 'This is not a phone number. It has + and 7 to 15 digits, such as +44 20 7946 0958.'
    : 'Start with + and the code of the country, such as +44 for the United Kingdom.', 'phoneNumber');
}

let ticking = 0;

/** @param {HTMLButtonElement} button */
function countdown(button) {
  clearTimeout(ticking);
  const until = Date.now() + waitSeconds * 1000;
  button.disabled = true;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? `Send another code in ${left} s` : 'Send another code';
    if (left > 0) ticking = setTimeout(tick, 1000);
  };
  tick();
}
