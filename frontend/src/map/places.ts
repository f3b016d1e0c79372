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

/** Read the places of the page's list. */
export function places(list: ParentNode): Place[] {
  return [...list.querySelectorAll<HTMLElement>('[data-latitude]')].map((row) => {
    const { id, name, kind, type, latitude, longitude, size, state, freshness, url, values } = row.dataset;
    return {
      id: Number(id), name: name!, kind: kind!, type: type!, latitude: Number(latitude), longitude: Number(longitude),
      size: Number(size), state: state!, freshness: freshness!, url: url!, data: values!,
    };
  });
}
