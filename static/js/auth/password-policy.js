// The project's password policy, shown wherever a new password is chosen and ticked off while it is typed. The platform
// enforces it in any case; this only says so before the form is sent.

import { validatePassword } from '../../firebase/firebase.js';
import { auth } from './session.js';
import { Told } from '../ui/error-messages.js';

/** @typedef {import('../../firebase/firebase.js').PasswordValidationStatus} Status */

/**
 * @typedef {object} Rule
 * @property {string} words
 * @property {boolean} met
 */

for (const input of document.querySelectorAll('input[autocomplete=new-password]')) watch(/** @type {HTMLInputElement} */ (input));

/** @param {HTMLInputElement} input */
function watch(input) {
  const list = document.querySelector(`[data-rules="${input.id}"]`);
  const check = async () => {
    const typed = input.value;
    const rules = await rulesFor(typed);
    if (rules && typed === input.value) list?.replaceChildren(...rules.map(item)); // else: typed on meanwhile
  };
  input.addEventListener('focus', check);
  input.addEventListener('input', check);
}

/**
 * Throws what to show beside the field "password" when a rule is not met.
 * @param {string} password
 */
export async function requirePolicy(password) {
  const missing = (await rulesFor(password) ?? []).filter(({ met }) => !met).map(({ words }) => words.toLowerCase());
  if (missing.length === 0) return;
  const short = missing.length === 1 && missing[0]?.startsWith('at least');
  throw new Told(short ? `This password is too short. Use ${missing[0]}.` : `This password is too weak. Missing: ${missing.join(', ')}.`,
    'password');
}

/** @param {string} password @returns {Promise<Rule[] | null>} */
async function rulesFor(password) {
  try {
    return rules(await validatePassword(auth, password), password);
  } catch {
    return null; // offline, or an emulator without policies: the platform decides
  }
}

/** @param {Status} status @param {string} password @returns {Rule[]} */
function rules(status, password) {
  const { customStrengthOptions: wanted, enforcementState } = status.passwordPolicy;
  if (enforcementState !== 'ENFORCE') return [{ words: 'At least 6 characters', met: [...password].length >= 6 }];
  const most = wanted.maxPasswordLength;
  const all = [
    [true, `At least ${wanted.minPasswordLength ?? 6} characters`, status.meetsMinPasswordLength],
    [most !== undefined && most < 1000, `At most ${most} characters`, status.meetsMaxPasswordLength],
    [wanted.containsLowercaseLetter, 'A small letter', status.containsLowercaseLetter],
    [wanted.containsUppercaseLetter, 'A capital letter', status.containsUppercaseLetter],
    [wanted.containsNumericCharacter, 'A digit', status.containsNumericCharacter],
    [wanted.containsNonAlphanumericCharacter, 'A character such as ! or ?', status.containsNonAlphanumericCharacter],
  ];
  return all.filter(([on]) => on).map(([, words, met]) => ({ words: String(words), met: met !== false }));
}

/** @param {Rule} rule */
function item({ words, met }) {
  const item = document.createElement('li');
  item.textContent = words;
  item.classList.toggle('met', met);
  if (met) item.ariaLabel = `${words}: done`;
  return item;
}
