// Where to go after signing in.

/**
 * Returns the path in ?next=, or "/" if it isn't plainly a path of this site. Otherwise a link to
 * the sign-in page could send users on to another site.
 * @param {string} search a query string, such as location.search
 * @param {string} fallback the path if the query has no next
 * @returns {string}
 */
export function returnPath(search, fallback) {
  const next = new URLSearchParams(search).get('next');
  if (next === null) return fallback;
  // Printable ASCII only: browsers drop tabs and newlines from URLs and read "\" as "/".
  // Two slashes would begin a host name, possibly an invalid one that makes the parser throw.
  if (!/^\/(?!\/)[\x21-\x5b\x5d-\x7e]*$/.test(next)) return '/';
  const url = new URL(next, location.origin);
  // The parser has resolved dots, so "/..//host" is now "//host".
  const path = decodePath(url.pathname);
  if (url.origin !== location.origin || path === null) return '/';
  if (path.replace(/\/$/, '') === '/signin') return '/'; // would lead back to the sign-in page
  return url.pathname + url.search + url.hash;
}

/**
 * Decodes a path, however often it is encoded.
 * @param {string} path
 * @returns {string | null} null if the encoding is invalid, or if there is an empty segment, a
 *   backslash or a control character
 */
function decodePath(path) {
  for (let round = 0; round < 5; round++) {
    if (/\/\/|[\\\x00-\x20\x7f]/.test(path)) return null;
    const decoded = decode(path);
    if (decoded === path || decoded === null) return decoded;
    path = decoded;
  }
  return null;
}

/** @param {string} path @returns {string | null} null if the encoding is invalid */
function decode(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
