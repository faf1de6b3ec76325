// Shows the project's password policy wherever a user chooses a new password, and checks off its
// rules while they type. The platform enforces the policy in any case. The list is in
// views/field.templ. Until the policy has loaded, it shows the platform's own minimum.

import { validatePassword } from '../../firebase/firebase.js';
import { UserFacingError } from '../errors.js';
import { auth } from './session.js';

/** @typedef {import('../../firebase/firebase.js').PasswordValidationStatus} Status */

/**
 * @typedef {object} Rule
 * @property {string} text
 * @property {boolean} met
 */

for (const input of document.querySelectorAll('input[autocomplete=new-password]')) {
  showRulesFor(/** @type {HTMLInputElement} */ (input));
}

/** @param {HTMLInputElement} input */
function showRulesFor(input) {
  const list = document.querySelector(`[data-rules="${input.id}"]`);
  const update = async () => {
    const password = input.value;
    const rules = await checkRules(password);
    if (!rules || password !== input.value) return; // the user has typed more since
    list?.replaceChildren(...rules.map(listItem));
  };
  input.addEventListener('focus', update);
  input.addEventListener('input', update);
}

/**
 * Throws an error about the field "password" unless the password meets the policy.
 * @param {string} password
 */
export async function requirePasswordPolicy(password) {
  const rules = (await checkRules(password)) ?? [];
  const missing = rules.filter(({ met }) => !met).map(({ text }) => text.toLowerCase());
  if (missing.length === 0) return;
  const tooShort = missing.length === 1 && missing[0]?.startsWith('at least');
  throw new UserFacingError(
    tooShort
      ? `This password is too short. Use ${missing[0]}.`
      : `This password is too weak. It needs: ${missing.join(', ')}.`,
    'password',
  );
}

/** @param {string} password @returns {Promise<Rule[] | null>} null if the policy is unknown */
async function checkRules(password) {
  try {
    return rulesOf(await validatePassword(auth, password), password);
  } catch {
    return null; // offline, or an emulator without policies; the platform decides
  }
}

/** @param {Status} status @param {string} password @returns {Rule[]} */
function rulesOf(status, password) {
  const { customStrengthOptions: policy, enforcementState } = status.passwordPolicy;
  if (enforcementState !== 'ENFORCE') {
    return [{ text: 'At least 6 characters', met: [...password].length >= 6 }];
  }
  const min = policy.minPasswordLength ?? 6;
  const max = policy.maxPasswordLength;
  const all = [
    [true, `At least ${min} characters`, status.meetsMinPasswordLength],
    [max !== undefined && max < 1000, `At most ${max} characters`, status.meetsMaxPasswordLength],
    [policy.containsLowercaseLetter, 'A lowercase letter', status.containsLowercaseLetter],
    [policy.containsUppercaseLetter, 'An uppercase letter', status.containsUppercaseLetter],
    [policy.containsNumericCharacter, 'A digit', status.containsNumericCharacter],
    [
      policy.containsNonAlphanumericCharacter,
      'A symbol, such as ! or ?',
      status.containsNonAlphanumericCharacter,
    ],
  ];
  return all
    .filter(([required]) => required)
    .map(([, text, met]) => ({ text: String(text), met: met !== false }));
}

/** @param {Rule} rule */
function listItem({ text, met }) {
  const item = document.createElement('li');
  item.textContent = text;
  item.classList.toggle('met', met);
  if (met) item.ariaLabel = `${text}: done`;
  return item;
}
