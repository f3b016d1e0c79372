// Values as the server sends them: one column for each series.

export type Values = (number | null)[];

export interface Series {
  key: string;
  role: 'measured' | 'forecast' | 'schedule' | 'price' | 'weather' | 'earlier';
  name: string;
  values: Values;
  /** Ends of a band around the values, where there is one, and what it means. */
  low?: Values;
  high?: Values;
  band?: string;
  /** Name of a colour, where it is not that of the role, and whether the band is an area on top of others. */
  colour?: string;
  area?: boolean;
  /** For values that hold at one moment only: how long after the start of their step, in seconds. */
  behind?: Values;
}

export interface Panel {
  key: string;
  title: string;
  unit: string;
  note: string;
  /** Start of the first step and length of each, in seconds. */
  start: number;
  step: number;
  size: number;
  /** Whether each value stands for several events. */
  bucketed: boolean;
  series: Series[];
  /** Spans that are highlighted. */
  marks?: Mark[];
}

export interface Mark {
  start: number;
  end: number;
  kind: 'coming' | 'missed';
  label: string;
}

export interface ChartData {
  start: number;
  end: number;
  panels: Panel[];
  /** When the last event before the window began, if the window is empty and there is any. */
  last: number | null;
}

/** Return the starts of the steps, and the end of the last one. */
export const edges = (panel: Panel): number[] => Array.from({ length: panel.size + 1 }, (_, i) => panel.start + i * panel.step);

/** Return which step holds an instant; -1 if none does. */
export function stepAt(panel: Panel, instant: number): number {
  const index = Math.floor((instant - panel.start) / panel.step);
  return index >= 0 && index < panel.size ? index : -1;
}

/** Return when the value of a step holds, or begins to: of the first line that has one. */
export function momentOf(panel: Panel, step: number): number {
  const start = panel.start + step * panel.step;
  for (const { values, behind } of panel.series) if (values[step] != null) return start + (behind?.[step] ?? 0);
  return start;
}

/** Tell whether values hold at single moments. */
export const isPointwise = (panel: Panel): boolean => panel.series.some(({ behind }) => behind !== undefined);

/** Tell whether there is any value at all. */
export const isEmpty = (data: ChartData): boolean =>
  data.panels.every((panel) => panel.series.every((series) => series.values.every((value) => value === null)));

/** Asks for values, and again for the same ones later: unchanged answers cost nearly nothing. */
export class Reader {
  private readonly tags = new Map<string, string>();
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Return the values of a window; null if they are the same as when last asked for. */
  async read(start: number, end: number, width: number, again = false): Promise<ChartData | null> {
    const query = new URLSearchParams({ start: at(start), end: at(end), width: String(Math.round(width)) });
    for (const name of ['known', 'horizon', 'compare', 'side', 'group', 'market', 'weather', 'source', 'traces', 'type', 'stack']) {
      const value = new URLSearchParams(location.search).get(name);
      if (value) query.set(name, value);
    }
    const address = `${this.url}?${query}`;
    const response = await fetch(address, { headers: { Accept: 'application/json' }, cache: 'no-cache' });
    if (!response.ok) throw new Refused(response.status, response.headers.get('X-Request-Id') ?? '');
    const tag = response.headers.get('ETag') ?? '';
    if (again && tag && this.tags.get(address) === tag) return null;
    this.tags.set(address, tag);
    return (await response.json()) as ChartData;
  }
}

const at = (instant: number): string => new Date(instant * 1000).toISOString().slice(0, 19) + 'Z';

/** The server did not give the values. */
export class Refused extends Error {
  readonly status: number;
  readonly request: string;

  constructor(status: number, request: string) {
    super(`The server answered ${status}.`);
    this.status = status;
    this.request = request;
  }
}
