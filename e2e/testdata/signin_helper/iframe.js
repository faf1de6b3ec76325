// The helper's hidden frame in the app's page. It gets the result of a sign-in from the helper's
// page and passes it on to the SDK, through gapi (gapi_iframes.js).
//
// Results of a popup arrive by postMessage or else through localStorage, results of a redirect
// through sessionStorage. Browsers give a frame its own storage on each site, so storage works
// only if the frame's host is the site's own.
'use strict';

const app = Object.fromEntries(query);
const fragment = new URLSearchParams(location.hash.slice(1));
const parentOrigin = fragment.get('parent');
let started = false;

/** Replies of the SDK that the frame waits for. @type {Map<number, (reply: unknown) => void>} */
const replies = new Map();
let lastID = 0;

function post(message) {
  parent.postMessage({ gapi: fragment.get('rpctoken'), ...message }, parentOrigin);
}

/** Passes an event on to the SDK, and reports whether the SDK has taken it. */
function deliver(authEvent) {
  const id = ++lastID;
  post({ id, name: 'authEvent', body: { type: 'authEvent', authEvent } });
  return new Promise((resolve) => {
    replies.set(id, (reply) => resolve(reply?.status === 'ACK'));
  });
}

addEventListener('message', async ({ data, origin, ports, source }) => {
  if (origin === location.origin && data.event === 'sendAuthEvent') {
    ports[0].postMessage(started && (await deliver(data.authEvent)) ? 'ACK' : 'ERROR');
  }
  if (source !== parent || data.gapi !== fragment.get('rpctoken')) return;
  if ('reply' in data) replies.get(data.reply)?.(data.body);
  else if (data.name === 'ping') post({ reply: data.id });
  else if (data.name === 'webStorageSupport' && started) {
    post({ reply: data.id, body: [{ status: 'ACK', webStorageSupport: true }] });
  }
});

async function start() {
  const { authorizedDomains } = await call('getProjectConfig', app.apiKey);
  if (!isAuthorized(authorizedDomains, parentOrigin)) {
    console.info('The current domain is not authorized for OAuth operations.');
    return;
  }
  started = true;
  const none = { type: 'unknown', error: { code: 'auth/no-auth-event' } };
  const redirectKey = storageKey('redirectEvent', app);
  if (await deliver(JSON.parse(sessionStorage.getItem(redirectKey)) ?? none)) {
    sessionStorage.removeItem(redirectKey);
  }
  const popupKey = storageKey('authEvent', app);
  const deliverStored = () => {
    const authEvent = take(localStorage, popupKey);
    if (authEvent) deliver(authEvent);
  };
  addEventListener('storage', ({ key }) => key === popupKey && deliverStored());
  deliverStored();
}
