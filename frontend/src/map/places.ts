// Assets as the server wrote them into the page.

export interface Place {
  id: number;
  name: string;
  kind: string;
  type: string;
  latitude: number;
  longitude: number;
  /** Largest or current power. [MW] */
  size: number;
  state: string;
  freshness: string;
  /** Whether a schedule will change what it does. */
  coming: boolean;
  url: string;
  data: string;
  analysis: string;
}

/** Read the places beside the page's list. */
export function places(list: HTMLElement): Place[] {
  const told = JSON.parse(list.dataset.places ?? '[]') as Omit<Place, 'url' | 'data' | 'analysis'>[];
  return told.map((place) => ({ ...place, url: `/assets/${place.id}`, data: `/assets/${place.id}/values`, analysis: `/analytics?group=asset:${place.id}` }));
}
