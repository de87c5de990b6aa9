// A PDF of nothing but pictures: a page each, no fonts, no text, no names, no dates. Pure.

export interface PicturePage {
  /** JPEG, three colours. */
  data: Uint8Array;
  /** Points of the picture. */
  width: number;
  height: number;
  /** Of the page, in 1/72 inch. */
  across: number;
  down: number;
}

/** Its objects: 1 the catalogue, 2 the pages, then three a page: the page, its picture, what draws it. */
export function makePdf(pages: readonly PicturePage[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const places: number[] = [];
  let size = 0;
  const put = (part: Uint8Array | string): void => {
    const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
    parts.push(bytes);
    size += bytes.length;
  };
  const begin = (head: string): void => {
    places.push(size);
    put(`${places.length} 0 obj\n${head}`);
  };
  put("%PDF-1.4\n");
  begin("<</Type/Catalog/Pages 2 0 R>>\nendobj\n");
  begin(`<</Type/Pages/Count ${pages.length}/Kids[${pages.map((_, n) => `${3 * n + 3} 0 R`).join(" ")}]>>\nendobj\n`);
  pages.forEach(({ data, width, height, across, down }, n) => {
    const [wide, high] = [across, down].map((one) => one.toFixed(2));
    const draws = `${wide} 0 0 ${high} 0 0 cm /P Do`;
    begin(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${wide} ${high}]/Resources<</XObject<</P ${3 * n + 4} 0 R>>>>/Contents ${3 * n + 5} 0 R>>\nendobj\n`);
    begin(`<</Type/XObject/Subtype/Image/Width ${width}/Height ${height}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length ${data.length}>>stream\n`);
    put(data);
    put("\nendstream\nendobj\n");
    begin(`<</Length ${draws.length}>>stream\n${draws}\nendstream\nendobj\n`);
  });
  const table = size;
  put(`xref\n0 ${places.length + 1}\n0000000000 65535 f \n${places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("")}`);
  put(`trailer<</Root 1 0 R/Size ${places.length + 1}>>\nstartxref\n${table}\n%%EOF\n`);
  const made = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  return made;
}
