// Replaces the one part of Google's https://apis.google.com/js/api.js that the Firebase JS SDK
// uses: gapi.iframes, which connects the app's page to the SDK's hidden frame. If a page loads
// this script before the SDK, popup and redirect sign-in don't contact Google.
//
// The SDK looks for gapi.iframes.Iframe, calls getContext().open(), and sends and receives
// messages by name. Here the page and the frame have the same origin, so each message is a
// postMessage, and both sides check its origin.
'use strict';

{
  class Iframe {
    constructor(element) {
      this.element = element;
      this.handlers = new Map();
      this.waiting = []; // messages for which the SDK hasn't registered a handler yet
      this.ready = new Promise((resolve) => { this.markReady = resolve; });
      addEventListener('message', (event) => {
        const fromFrame = event.source === element.contentWindow;
        if (fromFrame && event.origin === location.origin) this.receive(event.data);
      });
    }

    receive(message) {
      if (message?.latchkey === 'ready') this.markReady();
      if (message?.latchkey !== 'message') return;
      if (this.handlers.has(message.name)) this.handle(message);
      else this.waiting.push(message);
    }

    handle({ name, body }) {
      ignoreErrors(() => this.handlers.get(name)(body));
    }

    register(name, handler) {
      this.handlers.set(name, handler);
      for (const message of this.waiting) {
        if (message.name === name) this.handle(message);
      }
      this.waiting = this.waiting.filter((message) => message.name !== name);
    }

    // The SDK sends only one kind of message. It asks whether the frame can use web storage. The
    // frame can, because it has the page's origin.
    send(name, message, callback) {
      this.ready.then(() => ignoreErrors(() => callback([{ [name]: true }])));
    }

    ping(callback) {
      return this.ready.then(() => ignoreErrors(callback));
    }

    restyle() {
      return Promise.resolve();
    }
  }

  // The SDK's callbacks may throw even after success (auth/internal-error once the popup is open).
  // Google's script ignores such errors, so this one does too.
  const ignoreErrors = (callback) => {
    try {
      return callback();
    } catch {
      return undefined;
    }
  };

  const open = ({ where, url, attributes: { style, ...attributes } }, opened) => {
    const element = document.createElement('iframe');
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    Object.assign(element.style, style);
    const iframe = new Iframe(element);
    element.src = url;
    where.append(element);
    return opened(iframe);
  };

  window.gapi = {
    load: (_, { callback }) => callback(),
    iframes: { Iframe, CROSS_ORIGIN_IFRAMES_FILTER: null, getContext: () => ({ open }) },
  };
}
