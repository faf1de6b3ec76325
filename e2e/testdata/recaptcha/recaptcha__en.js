// The widget. Its frame on www.google.com issues the tokens. If the frame asks for a challenge, it
// appears in the page's body, above everything else in the page, until the user solves it. The
// real challenge is another frame; here it is a button.
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

  const solveChallenge = () => new Promise((resolve) => {
    const challenge = document.createElement('div');
    Object.assign(challenge.style, {
      position: 'fixed', top: '40%', left: '40%', zIndex: 2000000000, background: 'white',
    });
    const button = document.createElement('button');
    button.textContent = "I'm not a robot";
    button.addEventListener('click', () => {
      challenge.remove();
      resolve();
    });
    challenge.append(button);
    document.body.append(challenge);
  });

  const verify = async (frame, action) => {
    const result = await ask(await frame, action, false);
    if (!result.challenge) return result.token;
    await solveChallenge();
    return (await ask(await frame, action, true)).token;
  };

  const widgets = [];
  const v2 = {
    render(place, { sitekey, callback }) {
      if (place.hasChildNodes()) throw new Error('reCAPTCHA has already been rendered here');
      widgets.push({ frame: openFrame(sitekey, place), callback, response: '' });
      return widgets.length - 1;
    },
    async execute(id) {
      const widget = widgets[id];
      widget.response = await verify(widget.frame, '');
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
      return verify(frames.get(siteKey), action);
    },
  };

  window.grecaptcha ??= {};
  if (enterprise) window.grecaptcha.enterprise = forEnterprise;
  else Object.assign(window.grecaptcha, v2);
  fetch(`${folder}/clr`, { method: 'POST' }); // what the page's script reports home
  window[onload]?.();
}
