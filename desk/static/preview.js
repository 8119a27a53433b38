// A small picture of the moment under the hand, above the timeline. Each one is footage: it is asked for within the look,
// and only where the hand rests.
const REST = 120; // milliseconds

export class Preview {
  constructor(page, source, clock) {
    this.page = page;
    this.source = source;
    this.clock = clock;
    this.box = document.createElement("figure");
    this.box.className = "preview";
    this.box.hidden = true;
    this.box.setAttribute("aria-hidden", "true"); // the slider says the time; a picture has no words
    this.picture = document.createElement("img");
    this.picture.alt = "";
    this.time = document.createElement("figcaption");
    this.box.append(this.picture, this.time);
    page.append(this.box);
  }

  // Show the moment at a place of the track (0 to 1).
  show(moment, track, share) {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.#fetch(moment, track, share), REST);
  }

  hide() {
    clearTimeout(this.resting);
    this.asking?.abort();
    this.box.hidden = true;
    this.#let();
  }

  async #fetch(moment, track, share) {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const found = await this.source.thumbnail(moment, asking.signal).catch(() => null);
    if (asking.signal.aborted) return;
    if (!found) return this.hide();
    this.#let();
    this.picture.src = URL.createObjectURL(found.picture);
    await this.picture.decode().catch(() => {});
    if (asking.signal.aborted) return;
    this.time.textContent = this.clock.second(found.at);
    this.box.hidden = false;
    this.#place(track.getBoundingClientRect(), share);
  }

  #place(track, share) {
    const page = this.page.getBoundingClientRect();
    const middle = track.left - page.left + share * track.width;
    const left = Math.min(Math.max(0, middle - this.box.offsetWidth / 2), page.width - this.box.offsetWidth);
    this.box.style.setProperty("left", `${left}px`);
    this.box.style.setProperty("top", `${track.top - page.top - this.box.offsetHeight - 12}px`);
  }

  #let() {
    if (this.picture.src) URL.revokeObjectURL(this.picture.src);
    this.picture.removeAttribute("src");
  }
}
