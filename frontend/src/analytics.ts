// Analytics: the chart of what is chosen, and the metrics that follow its window.

import { start } from './followed';
import { one } from './page';
import { iso } from './time';

const { frame } = start('Analytics');

// The window goes with the choice.
one<HTMLFormElement>('.filters').addEventListener('submit', (event) => {
  const form = event.currentTarget as HTMLFormElement;
  for (const name of ['start', 'end']) {
    const value = new URLSearchParams(location.search).get(name);
    if (!value) continue;
    const field = form.querySelector<HTMLInputElement>(`[name="${name}"]`) ?? form.appendChild(document.createElement('input'));
    Object.assign(field, { type: 'hidden', name, value });
  }
});

// And with the file of a plot.
for (const file of document.querySelectorAll<HTMLAnchorElement>('[data-panel-file]')) file.addEventListener('click', () => {
  const query = new URLSearchParams(location.search);
  query.set('start', iso(Math.round(frame.window[0]), frame.zone));
  query.set('end', iso(Math.round(frame.window[1]), frame.zone));
  query.set('panel', file.closest<HTMLElement>('.panel')!.dataset.panel!);
  file.href = `${file.pathname}?${query}`;
});
