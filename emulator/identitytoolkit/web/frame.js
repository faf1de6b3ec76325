// The SDK's hidden frame. It passes events from the provider page on to the SDK in the
// surrounding page. A popup sends its event to this frame. A redirect leaves its event in
// session storage, where the frame finds it when the browser returns to the app.
'use strict';

const query = new URLSearchParams(location.search);
const key = `firebase:redirectEvent:${query.get('apiKey')}:${query.get('appName')}`;
const noEvent = { type: 'unknown', error: { code: 'auth/no-auth-event' } };

/** Sends an event to the SDK, which gets it from gapi.js. */
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
deliver(stored ? JSON.parse(stored) : noEvent);
