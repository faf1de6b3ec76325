// Where to go after signing in.

/**
 * The path in ?next=, or "/" for anything that is not plainly a path of this site: a link to our sign-in page must not
 * be able to send people on to somebody else's.
 * @param {string} search a page's query, such as location.search
 * @param {string} fallback for a query without next
 * @returns {string}
 */
export function nextPath(search, fallback) {
  const next = new URLSearchParams(search).get('next');
  if (next === null) return fallback;
  // Printable ASCII only: browsers drop tabs and newlines out of an address and read "\" as "/".
  if (!/^\/[\x21-\x5b\x5d-\x7e]*$/.test(next)) return '/';
  const url = new URL(next, location.origin);
  // The parser resolves dots, so "/..//host" has become "//host" only now.
  if (url.origin !== location.origin || !isPlain(url.pathname)) return '/';
  if (url.pathname.replace(/\/$/, '') === '/signin') return '/'; // it would send people round in circles
  return url.pathname + url.search + url.hash;
}

/** No empty segment, backslash or control character, however often it is encoded. @param {string} path */
function isPlain(path) {
  for (let round = 0; round < 5; round++) {
    if (/\/\/|[\\\x00-\x20\x7f]/.test(path)) return false;
    const decoded = decode(path);
    if (decoded === path) return true;
    if (decoded === null) return false;
    path = decoded;
  }
  return false;
}

/** @param {string} path @returns {string | null} null for broken encoding */
function decode(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
