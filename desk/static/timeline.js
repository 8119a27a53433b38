// The timeline under the hand: click or arrow keys choose a moment, the playhead follows, zooming keeps the place.
export class Timeline {
  // tell: { chosen(moment), over(moment, track, share), away(), words, clock }
  constructor(root, tell) {
    this.root = root;
    this.tell = tell;
    this.moment = Number(root.closest("[data-at]").dataset.at);
    this.#bind();
  }

  #bind() {
    const part = this.root;
    this.start = Number(part.dataset.start);
    this.end = Number(part.dataset.end);
    this.zoom = part.dataset.zoom;
    const track = (this.track = part.querySelector("[data-track]"));
    track.tabIndex = 0;
    track.setAttribute("role", "slider");
    track.setAttribute("aria-label", this.tell.words.slider);
    track.setAttribute("aria-valuemin", this.start);
    track.setAttribute("aria-valuemax", this.end);
    track.addEventListener("click", (event) => this.#clicked(event));
    track.addEventListener("pointermove", (event) => this.#hovers(event));
    track.addEventListener("pointerleave", () => this.tell.away());
    track.addEventListener("blur", () => this.tell.away());
    track.addEventListener("keydown", (event) => this.#pressed(event));
    for (const link of part.querySelectorAll("[data-seek]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.tell.chosen(Number(link.dataset.seek));
      });
    }
    for (const link of part.querySelectorAll("[data-step], [data-zoom-to]")) {
      link.addEventListener("click", (event) => this.#follow(event, link));
    }
    this.show(this.moment);
  }

  // The gaps in view, as [start, end, cause in words].
  get gaps() {
    return [...this.root.querySelectorAll("[data-gap]")].map((gap) => [
      Number(gap.dataset.start), Number(gap.dataset.end), gap.dataset.cause,
    ]);
  }

  show(moment) {
    this.moment = moment;
    const place = `${((moment - this.start) / (this.end - this.start)) * 100}%`;
    const head = this.root.querySelector("[data-playhead]");
    head.replaceChildren();
    if (moment >= this.start && moment <= this.end) {
      for (const name of ["outer", "inner"]) head.append(line(place, name));
    }
    const text = `${this.tell.clock.day(moment)} ${this.tell.clock.second(moment)}`;
    this.track.setAttribute("aria-valuenow", Math.round(moment));
    this.track.setAttribute("aria-valuetext", this.#inGap(moment) ? `${text}, ${this.tell.words.in_gap}` : text);
  }

  // Follow a playhead that leaves the window.
  async keep(moment) {
    this.show(moment);
    if ((moment < this.start || moment >= this.end) && !this.fetching) await this.load(this.zoom, moment);
  }

  async load(zoom, moment) {
    const camera = this.root.closest("[data-camera]").dataset;
    const look = camera.look ? `&look=${encodeURIComponent(camera.look)}` : "";
    this.fetching = true;
    try {
      const answer = await fetch(`/cameras/${camera.camera}/timeline?zoom=${zoom}&at=${Math.round(moment * 1e6)}${look}`,
        { headers: { "X-Live": "1" } });
      if (!answer.ok) return this.tell.failed();
      this.#swap(new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-timeline]"));
    } catch {
      this.tell.failed();
    } finally {
      this.fetching = false;
    }
  }

  #swap(part) {
    const focused = this.root.contains(document.activeElement) && document.activeElement;
    const again = focused && ["[data-track]", `[data-zoom-to="${focused.dataset.zoomTo}"]`, "[data-step]"].find((s) => focused.matches(s));
    this.root.replaceWith(part);
    this.root = part;
    this.#bind();
    if (again) part.querySelector(again)?.focus();
  }

  #follow(event, link) {
    event.preventDefault();
    const at = link.dataset.zoomTo ? this.moment : Number(new URL(link.href).searchParams.get("at")) / 1e6;
    this.load(link.dataset.zoomTo ?? this.zoom, at);
  }

  #share(event) {
    const box = this.track.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  }

  #clicked(event) {
    this.#choose(this.start + this.#share(event) * (this.end - this.start));
  }

  #hovers(event) {
    const share = this.#share(event);
    this.tell.over(this.start + share * (this.end - this.start), this.track, share);
  }

  #pressed(event) {
    const step = { day: 60, hour: 10, ten: 1 }[this.zoom] * (event.shiftKey ? 10 : 1);
    const moves = {
      ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step, PageUp: step * 10, PageDown: -step * 10,
    };
    const zooms = { "+": { day: "hour", hour: "ten" }, "=": { day: "hour", hour: "ten" }, "-": { ten: "hour", hour: "day" } };
    if (event.key in moves) {
      this.#choose(this.moment + moves[event.key]);
      this.tell.over(this.moment, this.track, (this.moment - this.start) / (this.end - this.start));
    }
    else if (event.key === "Home") this.#choose(this.start);
    else if (event.key === "End") this.#choose(this.end - 1);
    else if (zooms[event.key]?.[this.zoom]) this.load(zooms[event.key][this.zoom], this.moment);
    else return;
    event.preventDefault();
  }

  // The playhead moves at once; the footage follows when the hand rests.
  #choose(moment) {
    this.keep(moment);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.tell.chosen(moment), 250);
  }

  #inGap(moment) {
    return this.gaps.some(([start, end]) => moment >= start && moment < end);
  }
}

function line(place, name) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "line");
  for (const [key, value] of Object.entries({ x1: place, x2: place, y1: 0, y2: "100%", class: name })) made.setAttribute(key, value);
  return made;
}
