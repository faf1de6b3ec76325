// A stand-in for the one part of Google's https://apis.google.com/js/api.js that the Firebase JS SDK uses:
// gapi.iframes, by which the app's page talks to the SDK's hidden frame. Load it before the SDK, and popup and
// redirect sign-in make no request to anybody else.
//
// The SDK looks for gapi.iframes.Iframe, calls getContext().open(), and sends and receives messages by name. Here all
// is of one origin, so a message is a postMessage that both sides check for that.
(() => {
  'use strict';

  class Iframe {
    constructor(element) {
      this.element = element;
      this.handlers = new Map();
      this.waiting = []; // messages for which the SDK has no handler yet
      this.ready = new Promise((resolve) => { this.markReady = resolve; });
      addEventListener('message', (event) => {
        if (event.source === element.contentWindow && event.origin === location.origin) this.receive(event.data);
      });
    }

    receive(message) {
      if (message?.latchkey === 'ready') this.markReady();
      if (message?.latchkey !== 'message') return;
      if (this.handlers.has(message.name)) this.handle(message);
      else this.waiting.push(message);
    }

    handle({ name, body }) {
      attempt(() => this.handlers.get(name)(body));
    }

    register(name, handler) {
      this.handlers.set(name, handler);
      for (const message of this.waiting.filter((one) => one.name === name)) this.handle(message);
      this.waiting = this.waiting.filter((one) => one.name !== name);
    }

    // The only question that the SDK sends is whether the frame can store things. It can, being of the page's own
    // origin.
    send(name, message, callback) {
      this.ready.then(() => attempt(() => callback([{ [name]: true }])));
    }

    ping(callback) {
      return this.ready.then(() => attempt(callback));
    }

    restyle() {
      return Promise.resolve();
    }
  }

  // The SDK throws from its callbacks even after success ("auth/internal-error" once the popup is open), which Google's
  // script swallows. So does this one.
  function attempt(callback) {
    try {
      return callback();
    } catch {
      return undefined;
    }
  }

  function open({ where, url, attributes: { style, ...attributes } }, opened) {
    const element = document.createElement('iframe');
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    Object.assign(element.style, style);
    const iframe = new Iframe(element);
    element.src = url;
    where.append(element);
    return opened(iframe);
  }

  window.gapi = {
    load: (_, { callback }) => callback(),
    iframes: { Iframe, CROSS_ORIGIN_IFRAMES_FILTER: null, getContext: () => ({ open }) },
  };
})();
