// Shorthands for elements that the server rendered.

/** @param {string} id @returns {HTMLFormElement} */
export function formById(id) {
  return /** @type {HTMLFormElement} */ (document.getElementById(id));
}

/** @param {string} id @returns {HTMLInputElement} */
export function inputById(id) {
  return /** @type {HTMLInputElement} */ (document.getElementById(id));
}

/**
 * Sets the text of the first element that matches. Does nothing if there is none.
 * @param {ParentNode} root
 * @param {string} selector
 * @param {string} text
 */
export function setText(root, selector, text) {
  const element = root.querySelector(selector);
  if (element) element.textContent = text;
}

/**
 * Shows or hides the first element that matches. Does nothing if there is none.
 * @param {ParentNode} root
 * @param {string} selector
 * @param {boolean} visible
 */
export function setVisible(root, selector, visible) {
  root.querySelector(selector)?.toggleAttribute('hidden', !visible);
}
