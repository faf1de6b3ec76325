// gapi.iframes: opens the helper's frame in the app's page, and exchanges messages with it. The
// frame learns the page's origin and a token from its fragment, as from the real one.
'use strict';

{
  class Iframe {
    #element;
    #origin;
    #token = String(Math.floor(Math.random() * 1e9));
    #handlers = new Map();
    #waiting = []; // messages for which the SDK hasn't registered a handler yet
    #callbacks = new Map();
    #lastID = 0;

    constructor({ where, url, attributes: { style, ...attributes } }) {
      this.#origin = new URL(url).origin;
      this.#element = document.createElement('iframe');
      Object.assign(this.#element.style, style);
      for (const [name, value] of Object.entries(attributes)) {
        this.#element.setAttribute(name, value);
      }
      const fragment = new URLSearchParams({ parent: location.origin, rpctoken: this.#token });
      this.#element.src = `${url}#${fragment}`;
      this.loaded = new Promise((resolve) => {
        this.#element.addEventListener('load', resolve);
      });
      addEventListener('message', (event) => this.#receive(event));
      where.append(this.#element);
    }

    #receive(event) {
      const { data, origin, source } = event;
      const mine = source === this.#element.contentWindow && origin === this.#origin;
      if (!mine || data.gapi !== this.#token) return;
      if ('reply' in data) {
        this.#callbacks.get(data.reply)?.(data.body);
        return;
      }
      const handler = this.#handlers.get(data.name);
      if (handler) this.#post({ reply: data.id, body: handler(data.body) });
      else this.#waiting.push(event);
    }

    #post(message) {
      const frame = this.#element.contentWindow;
      frame.postMessage({ gapi: this.#token, ...message }, this.#origin);
    }

    send(name, body, callback) {
      const id = ++this.#lastID;
      this.#callbacks.set(id, (result) => {
        try {
          callback?.(result);
        } catch {
          // gapi ignores errors of callbacks. The SDK throws auth/internal-error after success.
        }
      });
      this.#post({ id, name, body });
    }

    register(name, handler) {
      this.#handlers.set(name, handler);
      this.#element.dataset.connected = ''; // for tests: the SDK has finished opening the frame
      this.#waiting.splice(0).forEach((event) => this.#receive(event));
    }

    async ping(callback) {
      await this.loaded;
      return new Promise((resolve) => {
        this.send('ping', null, () => resolve(callback()));
      });
    }

    restyle() {
      return Promise.resolve();
    }
  }

  gapi.iframes = {
    Iframe,
    CROSS_ORIGIN_IFRAMES_FILTER: () => true,
    getContext: () => ({ open: (options, opened) => opened(new Iframe(options)) }),
  };
}
