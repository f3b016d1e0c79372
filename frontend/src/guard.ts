// Asks before a page with unsaved changes is left.

/** Guard what is filled in until the form is sent. */
export function guard(form: HTMLFormElement): void {
  let changed = false;
  for (const name of ['input', 'change']) form.addEventListener(name, () => { changed = true; });
  form.addEventListener('submit', () => { changed = false; });
  window.addEventListener('beforeunload', (event) => { if (changed) event.preventDefault(); });
}
