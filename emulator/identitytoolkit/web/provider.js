// The provider page. It ends by sending an event to the app. The event holds either the chosen
// account's claims in place of the provider's token, or the error that the SDK reports when the
// user cancels.
'use strict';

const query = new URLSearchParams(location.search);
const authType = query.get('authType') ?? '';
const form = document.getElementById('account');
const field = (name) => form.elements.namedItem(name);

/** Sends the event to the app and leaves the page. */
function finish(outcome) {
  const authEvent = {
    type: authType,
    eventId: query.get('eventId'),
    urlResponse: null,
    sessionId: 'local',
    postBody: null,
    tenantId: null,
    error: null,
    ...outcome,
  };
  if (authType.endsWith('Popup')) finishPopup(authEvent);
  else finishRedirect(authEvent);
}

/** Sends the event to the SDK's frame in the page that opened this popup, and closes the popup. */
function finishPopup(authEvent) {
  const frame = findFrame(window.opener);
  if (!frame) {
    fail('The page that opened this window was closed, or it belongs to another site. '
      + 'Close this window and try again.');
    return;
  }
  frame.postMessage({ latchkey: 'event', authEvent }, location.origin);
  window.close();
}

/** Finds the SDK's frame in the app's page. Reading a window of another origin throws. */
function findFrame(opener) {
  for (let i = 0; i < (opener?.frames.length ?? 0); i++) {
    try {
      const frame = opener.frames[i];
      const other = new URLSearchParams(frame.location.search);
      const sameApp = ['apiKey', 'appName'].every((name) => other.get(name) === query.get(name));
      if (frame.location.pathname === '/emulator/auth/iframe' && sameApp) return frame;
    } catch { /* another origin: not the SDK's frame */ }
  }
  return null;
}

/** Stores the event for the SDK's frame, and returns to the app's page. */
function finishRedirect(authEvent) {
  const back = URL.parse(query.get('redirectUrl') ?? '');
  if (back?.origin !== location.origin) {
    fail('This sign-in would redirect to another site, so it was stopped. '
      + 'Go back to the app and try again.');
    return;
  }
  const key = `firebase:redirectEvent:${query.get('apiKey')}:${query.get('appName')}`;
  sessionStorage.setItem(key, JSON.stringify(authEvent));
  location.replace(back.href);
}

function fail(message) {
  const failed = document.getElementById('failed');
  failed.textContent = message;
  failed.hidden = false;
  failed.scrollIntoView();
}

/** Signs in with an account's claims, a JSON object as text. */
function signInAs(claims) {
  const response = new URL('/emulator/auth/handler', location.origin);
  response.search = new URLSearchParams({ providerId: form.dataset.provider, id_token: claims });
  finish({ urlResponse: response.href });
}

function cancel() {
  const error = { code: 'auth/user-cancelled', message: 'The user canceled the sign-in.' };
  finish({ error });
}

/** Shows what is wrong with a field, or clears the message. Returns whether the field is valid. */
function showProblem(name, problem) {
  document.getElementById(`${name}-problem`).textContent = problem;
  field(name).setAttribute('aria-invalid', String(problem !== ''));
  return problem === '';
}

function checkEmail() {
  const valid = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(field('email').value.trim());
  const problem = 'Enter an email address, or select “Don\'t share an email address”.';
  return showProblem('email', field('none').checked || valid ? '' : problem);
}

function checkPicture() {
  const picture = field('picture').value.trim();
  const valid = picture === '' || URL.parse(picture)?.protocol === 'https:';
  return showProblem('picture', valid ? '' : 'Enter a URL that starts with https://.');
}

/** Finds the subject of the listed account with the email address: one address is one account. */
function subjectOf(email) {
  for (const { dataset } of document.querySelectorAll('[data-claims]')) {
    const claims = JSON.parse(dataset.claims);
    if (email && claims.email === email) return claims.sub;
  }
}

/** Returns the form as the claims of an OpenID Connect ID token. GitHub's also have a user name. */
function claimsFromForm() {
  const text = (name) => field(name).value.trim() || undefined;
  const email = field('none').checked ? undefined : text('email');
  const [given, ...rest] = (text('name') ?? '').split(/\s+/);
  const claims = {
    sub: subjectOf(email) ?? String(crypto.getRandomValues(new BigUint64Array(1))[0]),
    email,
    email_verified: email && field('verified').checked,
    name: text('name'),
    given_name: given || undefined,
    family_name: rest.join(' ') || undefined,
    picture: text('picture'),
  };
  if (form.dataset.provider === 'github.com') claims.login = email?.split('@')[0];
  return JSON.stringify(claims);
}

function fillExample() {
  const pick = (list) => list[Math.floor(Math.random() * list.length)];
  const domains = {
    'google.com': 'gmail.com',
    'apple.com': 'icloud.com',
    'microsoft.com': 'outlook.com',
    'yahoo.com': 'yahoo.com',
  };
  const given = pick(['Ada', 'Edsger', 'Grace', 'Katherine', 'Ken', 'Radia', 'Rob', 'Tony']);
  const family = pick(['Brook', 'Field', 'Hill', 'Lake', 'Marsh', 'Moor', 'Stone', 'Wood']);
  const number = Math.floor(Math.random() * 900) + 100;
  field('none').checked = false;
  field('name').value = `${given} ${family}`;
  const domain = domains[form.dataset.provider] ?? 'example.com';
  field('email').value = `${given}.${family}.${number}@${domain}`.toLowerCase();
  updateForm();
}

/** Disables the fields that don't apply if the user doesn't share an email address. */
function updateForm() {
  field('email').disabled = field('verified').disabled = field('none').checked;
  showProblem('email', '');
}

if (form) {
  for (const button of document.querySelectorAll('[data-claims]')) {
    button.addEventListener('click', () => signInAs(button.dataset.claims));
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if ([checkEmail(), checkPicture()].every(Boolean)) signInAs(claimsFromForm());
    else form.querySelector('[aria-invalid=true]').focus();
  });
  field('none').addEventListener('change', updateForm);
  document.getElementById('fill').addEventListener('click', fillExample);
  document.getElementById('cancel').addEventListener('click', cancel);
}
