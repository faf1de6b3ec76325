// What the helper's page and its hidden frame have in common: the names under which they store
// things, and calls of the API.
'use strict';

const api = 'https://www.googleapis.com/identitytoolkit/v3/relyingparty/';
const query = new URLSearchParams(location.search);

/** Both the page and the frame name what they store after the API key and the SDK's app. */
function storageKey(name, { apiKey, appName }) {
  return `firebase:${name}:${apiKey}:${appName ?? ''}`;
}

/** Reads a stored value and removes it. */
function take(storage, key) {
  const value = JSON.parse(storage.getItem(key));
  storage.removeItem(key);
  return value;
}

async function call(method, apiKey, body) {
  const response = await fetch(`${api}${method}?key=${encodeURIComponent(apiKey)}`, body && {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const result = await response.json();
  if (!response.ok) throw new Error(result.error?.message);
  return result;
}

/** Reports whether a page is on one of the project's authorized domains or a subdomain of one. */
function isAuthorized(domains, page) {
  const { hostname } = new URL(page);
  return domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
}
