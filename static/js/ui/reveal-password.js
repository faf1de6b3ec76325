// The Show/Hide button beside a password field.

for (const button of document.querySelectorAll('[data-reveal]')) {
  button.addEventListener('click', () => {
    const input = /** @type {HTMLInputElement} */ (
      document.getElementById(button.getAttribute('data-reveal') ?? '')
    );
    const shown = input.type === 'text';
    input.type = shown ? 'password' : 'text';
    button.textContent = shown ? 'Show' : 'Hide';
    button.ariaLabel = `${button.textContent} password`;
  });
}
