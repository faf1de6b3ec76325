// The helper's page. With an API key in its address it goes to the provider; without one it has
// come back from there. In between, sessionStorage holds the request.
'use strict';

const requestKey = 'firebase:oauthHelperState';

/** An error that the page shows, because it can't trust the page that it would report it to. */
class BadRequest extends Error {}

async function start() {
  try {
    await (query.has('apiKey') ? goToProvider(Object.fromEntries(query)) : comeBack());
  } catch (error) {
    document.body.textContent = `${error.name}: ${error.message}`;
  }
}

async function goToProvider(request) {
  if (!request.authType || !request.providerId) throw new BadRequest('Required data is missing.');
  await checkOrigin(request);
  sessionStorage.setItem(requestKey, JSON.stringify(request));
  let started;
  try {
    started = await call('createAuthUri', request.apiKey, {
      providerId: request.providerId,
      continueUri: location.origin + location.pathname,
      customParameter: JSON.parse(request.customParameters ?? '{}'),
      oauthScope: request.scopes,
    });
  } catch {
    return finish(request, { error: { code: 'auth/internal-error' } });
  }
  sessionStorage.setItem(storageKey('sessionId', request), JSON.stringify(started.sessionId));
  location.replace(started.authUri);
}

/**
 * The page that gets the result must be on an authorized domain of the API key's project. The
 * project that hosts this helper, which init.json names, must authorize the page too. Its API key
 * may be another one. A site without an init.json passes.
 */
async function checkOrigin({ apiKey, redirectUrl }) {
  const config = await call('getProjectConfig', apiKey).catch(() => {
    throw new BadRequest('Unable to verify that the app domain is authorized.');
  });
  const problem = new BadRequest('The app domain is not authorized.');
  if (!isAuthorized(config.authorizedDomains, redirectUrl)) throw problem;
  let hosting;
  try {
    hosting = await (await fetch('/__/firebase/init.json')).json();
  } catch {
    return;
  }
  if (hosting.apiKey === apiKey) return;
  let other;
  try {
    other = await call('getProjectConfig', hosting.apiKey);
  } catch {
    // A key that doesn't work here: compare the projects' numbers.
    if ((hosting.messagingSenderId ?? config.projectId) !== config.projectId) throw problem;
    return;
  }
  if (!isAuthorized(other.authorizedDomains, redirectUrl)) throw problem;
}

async function comeBack() {
  const request = JSON.parse(sessionStorage.getItem(requestKey));
  if (!request) throw new BadRequest('The initial state is missing.');
  const sessionId = JSON.parse(sessionStorage.getItem(storageKey('sessionId', request)));
  await finish(request, { urlResponse: location.href, sessionId });
}

/** Delivers the result to the app: after a redirect through storage, otherwise to its frame. */
async function finish(request, outcome) {
  const authEvent = {
    type: request.authType,
    eventId: request.eventId ?? null,
    urlResponse: null,
    sessionId: null,
    postBody: null,
    tenantId: request.tid ?? null,
    error: null,
    ...outcome,
  };
  const isRedirect = authEvent.type.endsWith('Redirect');
  if (isRedirect) {
    sessionStorage.setItem(storageKey('redirectEvent', request), JSON.stringify(authEvent));
  } else if (!(await sendToFrame(request, authEvent))) {
    localStorage.setItem(storageKey('authEvent', request), JSON.stringify(authEvent));
  }
  sessionStorage.removeItem(requestKey);
  sessionStorage.removeItem(storageKey('sessionId', request));
  if (isRedirect) location.replace(request.redirectUrl);
  else close();
}

/** Sends the event to the helper's frame in the page that opened this window, if it is there. */
async function sendToFrame(request, authEvent) {
  const storageKeys = `${request.apiKey}:${request.appName}`;
  for (let i = 0; i < (opener?.frames.length ?? 0); i++) {
    const frame = opener.frames[i];
    try {
      const other = new URLSearchParams(frame.location.search); // throws for other origins
      if (`${other.get('apiKey')}:${other.get('appName')}` !== storageKeys) continue;
    } catch {
      continue;
    }
    const { port1, port2 } = new MessageChannel();
    const sent = new Promise((resolve) => {
      port1.onmessage = ({ data }) => resolve(data === 'ACK');
      setTimeout(resolve, 20_000, false);
    });
    frame.postMessage({ event: 'sendAuthEvent', authEvent }, location.origin, [port2]);
    if (await sent) return true;
  }
  return false;
}
