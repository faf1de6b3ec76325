// Opens and closes the dialogs. While one is open, the rest of the page can't be used.
//
// showModal() would do most of this, but it would also block what is added to the page later. Google's
// reCAPTCHA adds its challenge to the body. So this makes inert only what is there when the dialog opens.

/**
 * What opening a dialog changed.
 * @type {Map<HTMLDialogElement, {inert: HTMLElement[], focused: Element | null}>}
 */
const opened = new Map();

/** @param {HTMLDialogElement} dialog a child of the body, so that the others can be made inert */
export function openDialog(dialog) {
  if (opened.has(dialog)) return;
  const focused = document.activeElement;
  dialog.inert = false; // the dialog below may have made it inert
  dialog.show();
  const others = /** @type {HTMLElement[]} */ ([...document.body.children]);
  const inert = others.filter((element) => element !== dialog && !element.inert);
  for (const element of inert) element.inert = true;
  opened.set(dialog, { inert, focused });
}

/** @param {HTMLDialogElement} dialog @param {string} [returnValue] */
export function closeDialog(dialog, returnValue) {
  const { inert = [], focused = null } = opened.get(dialog) ?? {};
  opened.delete(dialog);
  for (const element of inert) element.inert = false;
  dialog.close(returnValue);
  if (focused instanceof HTMLElement) focused.focus();
}

addEventListener('keydown', ({ key, isComposing }) => {
  const top = [...opened.keys()].at(-1);
  if (top && key === 'Escape' && !isComposing) closeDialog(top, '');
});
