// The widget. Its frame on www.google.com issues the tokens. If that frame asks for a challenge,
// another frame appears in the page's body, above everything else in the page, until the user solves
// the challenge or clicks beside it.
'use strict';

{
  const google = 'https://www.google.com';
  const { enterprise, onload } = window.recaptchaStandIn;
  const folder = `${google}/recaptcha/${enterprise ? 'enterprise' : 'api2'}`;
  const frames = new Map(); // by site key

  /** Adds the widget's frame, and returns a promise of it. */
  const openFrame = (siteKey, place) => new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.src = `${folder}/anchor?${new URLSearchParams({ k: siteKey })}`;
    frame.title = 'reCAPTCHA';
    frame.addEventListener('load', () => resolve(frame));
    place.append(frame);
  });

  /** Asks the frame for a token, or for a challenge if the user has solved none. */
  const ask = (frame, action, solved) => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    frame.contentWindow.postMessage({ action, solved }, google, [port2]);
  });

  /** Shows a challenge and calls solved after the user has solved it. */
  const showChallenge = (siteKey, solved) => {
    const challenge = document.createElement('div');
    const cover = document.createElement('div');
    cover.dataset.cover = '';
    Object.assign(cover.style, { position: 'fixed', inset: 0, zIndex: 2000000000 });
    // As in the real one, the frame stays in the page, and nothing is called.
    const close = () => {
      challenge.style.visibility = 'hidden';
      delete cover.dataset.cover;
      delete frame.dataset.ready;
    };
    cover.addEventListener('click', close);
    const frame = document.createElement('iframe');
    frame.src = `${folder}/bframe?${new URLSearchParams({ k: siteKey })}`;
    frame.title = 'reCAPTCHA challenge';
    frame.height = 80;
    Object.assign(frame.style, {
      position: 'fixed', top: '20px', left: '20px', zIndex: 2000000000, background: 'white',
    });
    frame.addEventListener('load', () => { frame.dataset.ready = ''; });
    addEventListener('message', async ({ source }) => {
      if (source !== frame.contentWindow) return;
      await solved();
      close();
    });
    challenge.append(cover, frame);
    document.body.append(challenge);
  };

  const verify = async (opening, siteKey, action) => {
    const frame = await opening;
    const result = await ask(frame, action, false);
    if (!result.challenge) return result.token;
    return new Promise((resolve) => {
      showChallenge(siteKey, async () => resolve((await ask(frame, action, true)).token));
    });
  };

  const widgets = [];
  const v2 = {
    render(place, { sitekey, callback }) {
      if (place.hasChildNodes()) throw new Error('reCAPTCHA has already been rendered here');
      const frame = openFrame(sitekey, place);
      widgets.push({ frame, sitekey, callback, response: '' });
      return widgets.length - 1;
    },
    async execute(id) {
      const widget = widgets[id];
      widget.response = await verify(widget.frame, widget.sitekey, '');
      widget.callback(widget.response);
    },
    getResponse: (id) => widgets[id].response,
    reset(id) {
      widgets[id].response = '';
    },
  };
  const forEnterprise = {
    ready: (callback) => callback(),
    execute(siteKey, { action }) {
      if (!frames.has(siteKey)) frames.set(siteKey, openFrame(siteKey, document.body));
      return verify(frames.get(siteKey), siteKey, action);
    },
  };

  window.grecaptcha ??= {};
  if (enterprise) window.grecaptcha.enterprise = forEnterprise;
  else Object.assign(window.grecaptcha, v2);
  fetch(`${folder}/clr`, { method: 'POST' }); // what the page's script reports home
  window[onload]?.();
}
