// https://www.google.com/recaptcha/api.js and enterprise.js: a loader that adds a second script,
// with the nonce of one of the page's own.
'use strict';

{
  const address = new URL(document.currentScript.src);
  window.recaptchaStandIn = {
    enterprise: address.pathname.endsWith('/enterprise.js'),
    onload: address.searchParams.get('onload'),
  };
  const script = document.createElement('script');
  script.src = 'https://www.gstatic.com/recaptcha/releases/1/recaptcha__en.js';
  script.nonce = document.querySelector('script[nonce]')?.nonce ?? '';
  document.head.append(script);
}
