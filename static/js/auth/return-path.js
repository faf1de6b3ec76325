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
  // Two slashes begin a host, and one that is none makes the parser throw.
  if (!/^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(next)) return '/';
  const url = new URL(next, location.origin);
  // The parser resolves dots, so "/..//host" has become "//host" only now.
  const path = plain(url.pathname);
  if (url.origin !== location.origin || path === null) return '/';
  if (path.replace(/\/$/, '') === '/signin') return '/'; // it would send people round in circles
  return url.pathname + url.search + url.hash;
}

/**
 * Decodes a path, however often it is encoded.
 * @param {string} path
 * @returns {string | null} null for broken encoding, and for an empty segment, a backslash or a control character
 */
function plain(path) {
  for (let round = 0; round < 5; round++) {
    if (/\/\/|[\\\x00-\x20\x7f]/.test(path)) return null;
    const decoded = decode(path);
    if (decoded === path || decoded === null) return decoded;
    path = decoded;
  }
  return null;
}

/** @param {string} path @returns {string | null} null for broken encoding */
function decode(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
