// Hears from the server that there is something new, and then looks. Where it cannot hear, it looks now and then.

export type Kind = 'values' | 'jobs';

interface Listener {
  kinds: readonly Kind[];
  look: () => unknown;
  planned: boolean;
  /** When the last look ended, and how long it took. [ms] */
  ended: number;
  took: number;
}

const LEAST = 800;
const SPREAD = 300;
const ANYWAY = 30_000;
/** After so many attempts without an answer, the page looks by itself, and tries to hear again later. */
const AGAIN = 60_000;

const listeners: Listener[] = [];
const body = document.body;
const poll = Math.max(1000, Number(body.dataset.poll ?? '10000'));
let source: EventSource | undefined;
let hears = false;
let looked = 0;
let retry = 0;

/** Call something soon after values or jobs have changed, and now and then while the page is visible. */
export function whenNew(kinds: readonly Kind[], look: () => unknown): void {
  listeners.push({ kinds, look, planned: false, ended: 0, took: 0 });
  if (listeners.length === 1) begin();
}

function begin(): void {
  listen();
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) deafen();
    else { listen(); lookAll(); }
  });
  window.addEventListener('pagehide', deafen);
  window.addEventListener('pageshow', (event) => { if (event.persisted) { listen(); lookAll(); } });
  window.setInterval(() => {
    if (!document.hidden && performance.now() - looked >= (hears ? ANYWAY : poll)) lookAll();
  }, 500);
}

function listen(): void {
  window.clearTimeout(retry);
  if (source || document.hidden || !body.dataset.live) return;
  source = new EventSource(body.dataset.live);
  source.addEventListener('open', () => tell(true));
  source.addEventListener('error', () => {
    tell(false);
    if (source?.readyState !== EventSource.CLOSED) return;
    source = undefined;
    retry = window.setTimeout(listen, AGAIN);
  });
  for (const kind of ['values', 'jobs'] as const) source.addEventListener(kind, () => {
    for (const each of listeners) if (each.kinds.includes(kind)) plan(each);
  });
}

function deafen(): void {
  source?.close();
  source = undefined;
  tell(false);
}

function tell(isHeard: boolean): void {
  hears = isHeard;
  body.dataset.hears = isHeard ? 'stream' : 'poll';
}

function lookAll(): void {
  looked = performance.now();
  listeners.forEach(plan);
}

/** Look soon: not at the same moment as all others, and not again and again where looking takes long. */
function plan(listener: Listener): void {
  if (listener.planned) return;
  listener.planned = true;
  const rest = listener.ended + Math.max(LEAST, 3 * listener.took) - performance.now();
  window.setTimeout(() => void lookAt(listener), Math.max(0, rest, Math.random() * SPREAD));
}

async function lookAt(listener: Listener): Promise<void> {
  listener.planned = false;
  const began = performance.now();
  try {
    await listener.look();
  } finally {
    listener.ended = performance.now();
    listener.took = listener.ended - began;
  }
}
