// The hidden frame of the SDK. It hands events of the provider's page on to the SDK in the page around it: those of a
// popup as they come, that of a redirect when the browser is back, from where the provider's page has left it.
'use strict';

const query = new URLSearchParams(location.search);
const key = `firebase:redirectEvent:${query.get('apiKey')}:${query.get('appName')}`;
const none = { type: 'unknown', error: { code: 'auth/no-auth-event' } };

function deliver(authEvent) {
  const body = { type: 'authEvent', authEvent };
  parent.postMessage({ latchkey: 'message', name: 'authEvent', body }, location.origin);
}

addEventListener('message', (event) => {
  if (event.origin !== location.origin || event.data?.latchkey !== 'event') return;
  deliver(event.data.authEvent);
});

const stored = sessionStorage.getItem(key);
sessionStorage.removeItem(key);
parent.postMessage({ latchkey: 'ready' }, location.origin);
deliver(stored ? JSON.parse(stored) : none);
