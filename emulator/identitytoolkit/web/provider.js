// The provider's page. It ends by handing an event to the app: the chosen account's claims in the place of the
// provider's token, or the error that the SDK reports when a person declines.
'use strict';

const query = new URLSearchParams(location.search);
const authType = query.get('authType') ?? '';
const form = document.getElementById('account');
const field = (name) => form.elements.namedItem(name);

/** Ends the visit. A popup hands the event to the SDK's frame, a redirect leaves it there for the frame to find. */
function finish(outcome) {
  const authEvent = {
    type: authType, eventId: query.get('eventId'), urlResponse: null, sessionId: 'local', postBody: null,
    tenantId: null, error: null, ...outcome,
  };
  if (authType.endsWith('Popup')) toOpener(authEvent);
  else toStorage(authEvent);
}

function toOpener(authEvent) {
  const frame = relayOf(window.opener);
  if (!frame) {
    fail('The page that opened this window is gone, or is not of this site. Close this window and start again.');
    return;
  }
  frame.postMessage({ latchkey: 'event', authEvent }, location.origin);
  window.close();
}

/** Finds the SDK's frame in the app's page. Frames and openers of other origins throw when they are looked into. */
function relayOf(opener) {
  for (let i = 0; i < (opener?.frames.length ?? 0); i++) {
    try {
      const frame = opener.frames[i];
      const other = new URLSearchParams(frame.location.search);
      const same = ['apiKey', 'appName'].every((name) => other.get(name) === query.get(name));
      if (frame.location.pathname === '/emulator/auth/iframe' && same) return frame;
    } catch { /* of another origin: not ours */ }
  }
  return null;
}

function toStorage(authEvent) {
  const back = URL.parse(query.get('redirectUrl') ?? '');
  if (back?.origin !== location.origin) {
    fail('This sign-in would end on another site, so it ends here. Go back to the app and start again.');
    return;
  }
  const key = `firebase:redirectEvent:${query.get('apiKey')}:${query.get('appName')}`;
  sessionStorage.setItem(key, JSON.stringify(authEvent));
  location.replace(back.href);
}

function fail(sentence) {
  const failed = document.getElementById('failed');
  failed.textContent = sentence;
  failed.hidden = false;
  failed.scrollIntoView();
}

function choose(claims) {
  const answer = new URL('/emulator/auth/handler', location.origin);
  answer.search = new URLSearchParams({ providerId: form.dataset.provider, id_token: claims });
  finish({ urlResponse: answer.href });
}

function decline() {
  finish({ error: { code: 'auth/user-cancelled', message: 'The person declined.' } });
}

/** Says what is wrong with a field, or nothing, and tells whether it is fine. */
function judge(name, problem) {
  document.getElementById(`${name}-problem`).textContent = problem;
  field(name).setAttribute('aria-invalid', String(problem !== ''));
  return problem === '';
}

function judgeEmail() {
  const address = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(field('email').value.trim());
  return judge('email', field('none').checked || address ? '' : 'Write an email address, or tick “No email”.');
}

function judgePicture() {
  const picture = field('picture').value.trim();
  const fine = picture === '' || URL.parse(picture)?.protocol === 'https:';
  return judge('picture', fine ? '' : 'Write an address that begins with https://.');
}

/** The subject of the listed account with that address: at a provider, one address is one account. */
function listed(email) {
  for (const { dataset } of document.querySelectorAll('[data-claims]')) {
    const claims = JSON.parse(dataset.claims);
    if (email && claims.email === email) return claims.sub;
  }
}

/** The claims of an OpenID Connect ID token, and GitHub's name for its people. */
function madeUp() {
  const text = (name) => field(name).value.trim() || undefined;
  const email = field('none').checked ? undefined : text('email');
  const [given, ...rest] = (text('name') ?? '').split(/\s+/);
  const claims = {
    sub: listed(email) ?? String(crypto.getRandomValues(new BigUint64Array(1))[0]),
    email, email_verified: email && field('verified').checked,
    name: text('name'), given_name: given || undefined, family_name: rest.join(' ') || undefined,
    picture: text('picture'),
  };
  if (form.dataset.provider === 'github.com') claims.login = email?.split('@')[0];
  return JSON.stringify(claims);
}

function example() {
  const pick = (list) => list[Math.floor(Math.random() * list.length)];
  const domains = {
    'google.com': 'gmail.com', 'apple.com': 'icloud.com', 'microsoft.com': 'outlook.com', 'yahoo.com': 'yahoo.com',
  };
  const given = pick(['Ada', 'Edsger', 'Grace', 'Katherine', 'Ken', 'Radia', 'Rob', 'Tony']);
  const family = pick(['Brook', 'Field', 'Hill', 'Lake', 'Marsh', 'Moor', 'Stone', 'Wood']);
  const number = Math.floor(Math.random() * 900) + 100;
  field('none').checked = false;
  field('name').value = `${given} ${family}`;
  const domain = domains[form.dataset.provider] ?? 'example.com';
  field('email').value = `${given}.${family}.${number}@${domain}`.toLowerCase();
  settle();
}

/** Brings the form in line with its checkboxes. */
function settle() {
  field('email').disabled = field('verified').disabled = field('none').checked;
  judge('email', '');
}

if (form) {
  for (const button of document.querySelectorAll('[data-claims]')) {
    button.addEventListener('click', () => choose(button.dataset.claims));
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if ([judgeEmail(), judgePicture()].every(Boolean)) choose(madeUp());
    else form.querySelector('[aria-invalid=true]').focus();
  });
  field('none').addEventListener('change', settle);
  document.getElementById('fill').addEventListener('click', example);
  document.getElementById('cancel').addEventListener('click', decline);
}
