// Parts of a page that tell of the visible window and follow it.

import { one } from '../page';
import { iso } from '../time';
import type { Frame } from './frame';

const SETTLED = 300;

export interface Following {
  /** The page came with the parts of this window. */
  begin(): void;
  settle(): void;
  renew(): Promise<void>;
}

/** Return what keeps the parts that a chart names in step with its window, at once or once it has settled. */
export function following(chart: HTMLElement, frame: () => Frame): Following {
  let told = '';
  let waiting = 0;
  const asked = (): string => {
    const [start, end] = frame().window;
    const query = new URLSearchParams(location.search);
    query.set('start', iso(Math.round(start), frame().zone));
    query.set('end', iso(Math.round(end), frame().zone));
    return query.toString();
  };
  const fetchParts = async (again: boolean): Promise<void> => {
    const query = asked();
    if (query === told && !again) return;
    const answer = await fetch(`${chart.dataset.follow}?${query}`, { cache: 'no-cache' });
    if (!answer.ok) return;
    told = query;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const name of chart.dataset.parts!.split(', ')) {
      const fresh = page.querySelector(name);
      if (fresh && fresh.outerHTML !== one(name).outerHTML) one(name).replaceWith(document.adoptNode(fresh));
    }
  };
  return {
    begin: () => { told = asked(); },
    settle: () => {
      window.clearTimeout(waiting);
      waiting = window.setTimeout(() => void fetchParts(false), SETTLED);
    },
    renew: () => fetchParts(true),
  };
}
