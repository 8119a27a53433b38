// Fetches footage by moment: one fragment, which begins with a key frame and can be decoded by itself.
export class LookEnded extends Error {}
export class TrailAway extends Error {} // looking fails closed
export class CannotPlay extends Error {} // neither this browser nor the server makes a picture of it
export class Refused extends Error {}

export class Source {
  // `base`: the camera's path, of the site or of a case.
  constructor(base, look) {
    this.of = (what) => `${base}/${what}?look=${encodeURIComponent(look)}&at=`;
  }

  // The fragment that holds the moment (seconds), or the next there is; null when there is none yet.
  // With `form` "h264" the server converts what this browser cannot play.
  async fragment(moment, signal, form) {
    const asked = this.of("fragment") + Math.round(moment * 1e6) + (form ? `&as=${form}` : "");
    const answer = await fetch(asked, { signal, headers: { "X-Live": "1" } });
    if (answer.status === 204) return null;
    if (answer.status === 401 || answer.status === 403) throw new LookEnded();
    if (answer.status === 503) throw new TrailAway();
    if (answer.status === 415) throw new CannotPlay();
    if (!answer.ok) throw new Refused(String(answer.status));
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const header = (name) => answer.headers.get(`X-Portier-${name}`);
    const cut = Number(header("Init"));
    const next = header("Next");
    return {
      codec: header("Codec"),
      converted: header("Converted") === "1",
      init: bytes.subarray(0, cut),
      media: bytes.subarray(cut),
      start: Number(header("Start")) / 1e6,
      end: Number(header("End")) / 1e6,
      next: next ? Number(next) / 1e6 : null,
    };
  }

  // The small picture of a moment and the moment it shows; null where there is none.
  async thumbnail(moment, signal) {
    const answer = await fetch(this.of("thumbnail") + Math.round(moment * 1e6), { signal, headers: { "X-Live": "1" } });
    if (answer.status !== 200) return null;
    return { picture: await answer.blob(), at: Number(answer.headers.get("X-Portier-At")) / 1e6 };
  }

  // Where the next movement begins ("next"), or the one before ("before"); null where there is none.
  async movement(moment, way) {
    const answer = await fetch(`${this.of("movement")}${Math.round(moment * 1e6)}&way=${way}`, { headers: { "X-Live": "1" } });
    if (answer.status === 401 || answer.status === 403) throw new LookEnded();
    if (answer.status === 503) throw new TrailAway();
    if (!answer.ok) throw new Refused(String(answer.status));
    return answer.status === 204 ? null : (await answer.json()).at / 1e6;
  }
}
