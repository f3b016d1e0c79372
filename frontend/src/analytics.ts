// Analytics: the chart of what is chosen, and the metrics that follow its window.

import { one } from './page';
import { start } from './followed';

start('Analytics');

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
