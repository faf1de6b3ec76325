// https://apis.google.com/js/api.js: a loader. gapi.load() adds a second script.
'use strict';

{
  const load = (features, { callback, onerror }) => {
    const script = document.createElement('script');
    script.src = 'https://apis.google.com/_/scs/gapi_iframes.js';
    script.onload = callback;
    script.onerror = onerror;
    document.head.append(script);
  };
  window.gapi = { load };
  window[new URL(document.currentScript.src).searchParams.get('onload')]?.();
}
