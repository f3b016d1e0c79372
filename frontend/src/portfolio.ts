// The portfolio: its chart in total or by type, and the statements that follow its window.

import { start } from './followed';

const { frame } = start('Portfolio');
const sides = [...document.querySelectorAll<HTMLElement>('[data-side]')];

function mark(chosen: string): void {
  for (const side of sides) side.setAttribute('aria-pressed', String(side.dataset.side === chosen));
}

for (const side of sides) side.addEventListener('click', () => {
  const address = new URL(location.href);
  if (side.dataset.side) address.searchParams.set('side', side.dataset.side);
  else address.searchParams.delete('side');
  history.replaceState(null, '', address);
  mark(side.dataset.side ?? '');
  void frame.load();
});
mark(new URLSearchParams(location.search).get('side') ?? '');
