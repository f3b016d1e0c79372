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
  url: string;
  data: string;
}

/** Read the places beside the page's list. */
export function places(list: HTMLElement): Place[] {
  const told = JSON.parse(list.dataset.places ?? '[]') as Omit<Place, 'url' | 'data'>[];
  return told.map((place) => ({ ...place, url: `/assets/${place.id}`, data: `/assets/${place.id}/values` }));
}
