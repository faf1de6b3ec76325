// Checks for new messages every three seconds while the page is visible. It fetches the whole
// page and replaces the list, so that only the server has a template. If nothing has changed,
// the page keeps its scroll position and selection.
'use strict';

const count = () => document.querySelectorAll('#messages article').length;

async function refresh() {
  if (document.hidden) return;
  const response = await fetch(location.href, { headers: { Accept: 'text/html' } });
  const page = await response.text();
  // Parse only <main>. The style in the head has another nonce, so this page's policy would block
  // it.
  const main = page.slice(page.indexOf('<main>'), page.indexOf('</main>'));
  const next = new DOMParser().parseFromString(main, 'text/html').getElementById('messages');
  const shown = document.getElementById('messages');
  if (!next || next.innerHTML === shown.innerHTML) return;
  const before = count();
  shown.replaceWith(next);
  const news = document.getElementById('news');
  news.textContent = count() > before ? `New message. Total: ${count()}.` : '';
}

// A failed attempt doesn't matter, because the server may be restarting. The next one may
// succeed.
const attempt = () => refresh().catch(() => undefined);
setInterval(attempt, 3000);
document.addEventListener('visibilitychange', attempt);
