// Looks for new messages every three seconds while the page is in view. The page is fetched whole and its list put in
// place, so there is one template; a reader's place and selection stay unless something has come.
'use strict';

const count = () => document.querySelectorAll('#messages article').length;

async function refresh() {
  if (document.hidden) return;
  const response = await fetch(location.href, { headers: { Accept: 'text/html' } });
  const page = await response.text();
  // The head stays out: its style carries the nonce of another response, which this page's policy refuses.
  const main = page.slice(page.indexOf('<main>'), page.indexOf('</main>'));
  const next = new DOMParser().parseFromString(main, 'text/html').getElementById('messages');
  const shown = document.getElementById('messages');
  if (!next || next.innerHTML === shown.innerHTML) return;
  const before = count();
  shown.replaceWith(next);
  document.getElementById('news').textContent = count() > before ? `New message. ${count()} in all.` : '';
}

// The program may be restarting: the next attempt will tell.
const attempt = () => refresh().catch(() => undefined);
setInterval(attempt, 3000);
document.addEventListener('visibilitychange', attempt);
