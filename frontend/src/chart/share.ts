// Links to what is shown: to these very times, or to times that go with the clock.

import { one } from '../page';
import { iso } from '../time';
import type { Frame } from './frame';
import { relative } from './span';

/** Connect the button that shows both links. */
export function share(frame: Frame): void {
  const dialog = one<HTMLDialogElement>('#share');
  const show = (name: string, write: (instant: number) => string) => {
    const address = new URL(location.href);
    const [start, end] = frame.window;
    address.searchParams.set('start', write(start));
    address.searchParams.set('end', write(end));
    one<HTMLInputElement>(`#share-${name}`, dialog).value = address.href;
  };
  one('[data-share]').addEventListener('click', () => {
    for (const button of dialog.querySelectorAll('[data-copy]')) button.textContent = 'Copy';
    show('absolute', (instant) => iso(Math.round(instant), frame.zone));
    show('relative', relative);
    dialog.showModal();
  });
}
