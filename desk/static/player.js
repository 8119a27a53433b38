// Plays footage from any moment through Media Source Extensions. The media clock is the wall clock minus an anchor, so a
// gap in the footage is a hole in what is buffered: the player says so, and jumps over it.
import { CannotPlay, LookEnded, TrailAway } from "./source.js";

const AHEAD = 12; // seconds buffered before the playhead, at speed 1
const BEHIND = 30;
const SEAM = 0.3; // a hole shorter than this is a frame that came late, not a gap
const RETRY = 2000;

export class Player {
  // tell: { time(moment), playing(bool), gap(from, to), edge(), trouble(kind), converted(is), clear() }
  constructor(video, source, anchor, tell) {
    this.video = video;
    this.source = source;
    this.anchor = anchor;
    this.tell = tell;
    this.run = 0;
    this.frame = 1 / 25;
    this.shown = null;
    this.wanted = false; // whether the colleague wants it to play
    video.addEventListener("play", () => tell.playing(true));
    video.addEventListener("pause", () => tell.playing(this.wanted));
    for (const name of ["waiting", "timeupdate", "seeked"]) video.addEventListener(name, () => this.#jump());
    setInterval(() => this.#jump(), 250);
    this.#watch();
  }

  get moment() {
    return this.landed ?? this.anchor + this.video.currentTime;
  }

  play() {
    this.wanted = true;
    this.tell.playing(true);
    this.video.play().catch(() => {}); // refused while nothing is buffered; #fill tries again
  }

  pause() {
    this.wanted = false;
    this.video.pause();
    this.tell.playing(false);
  }

  speed(rate) {
    this.video.defaultPlaybackRate = this.video.playbackRate = rate;
  }

  step(frames) {
    this.pause();
    const target = (this.shown ?? this.video.currentTime) + frames * this.frame;
    if (this.#range(target)) this.video.currentTime = target + this.frame / 4;
    else this.seek(this.anchor + target);
  }

  // Show the footage of a moment, or the first after it.
  async seek(moment) {
    this.tell.clear();
    const inside = this.#range(moment - this.anchor);
    if (inside && this.next !== null) {
      this.video.currentTime = moment - this.anchor;
      this.landed = null;
      return;
    }
    const run = ++this.run;
    this.fetching?.abort();
    this.fetching = new AbortController();
    this.landed = moment;
    this.next = moment;
    this.last = null;
    try {
      await this.#open();
      if (run === this.run) await this.#forget(0, Infinity);
      await this.#fill(run);
    } catch (error) {
      if (run === this.run && error.name !== "AbortError") this.#failed(error);
    }
  }

  async #open() {
    if (this.media) return;
    this.media = new MediaSource();
    this.video.src = URL.createObjectURL(this.media);
    await new Promise((done) => this.media.addEventListener("sourceopen", done, { once: true }));
    this.media.duration = 8 * 86400;
  }

  // Fetch and append until the colleague goes elsewhere.
  async #fill(run) {
    while (run === this.run) {
      if (this.landed === null && this.#buffered() > AHEAD * Math.max(1, this.video.playbackRate)) {
        await pause(200);
        continue;
      }
      const piece = await this.#fetch(run);
      if (run !== this.run) return;
      if (piece === null) {
        this.tell.edge(this.next);
        await pause(RETRY);
        continue;
      }
      await this.#append(piece);
      if (run !== this.run) return;
      if (this.landed !== null) this.#land(piece);
      this.last = piece.end;
      this.next = Math.max(piece.next ?? piece.end, this.next + 0.001);
      if (this.wanted && this.video.paused && !this.holding) this.video.play().catch(() => {});
      await this.#forget(0, this.video.currentTime - BEHIND);
    }
  }

  async #fetch(run) {
    for (;;) {
      try {
        const piece = await this.source.fragment(this.next, this.fetching.signal, this.form);
        if (piece && !this.form && !plays(piece.codec)) {
          this.form = "h264"; // from here on the server converts what needs it
          continue;
        }
        if (piece) this.tell.converted(piece.converted);
        this.tell.trouble(null);
        return piece;
      } catch (error) {
        if (error.name === "AbortError" || error instanceof LookEnded || error instanceof CannotPlay || run !== this.run) throw error;
        this.tell.trouble(error instanceof TrailAway ? "no_trail" : "connection");
        await pause(RETRY);
      }
    }
  }

  #land(piece) {
    const moment = this.landed;
    this.landed = null;
    if (piece.start > moment + SEAM) this.tell.gap(moment, piece.start);
    this.video.currentTime = Math.max(moment, piece.start) - this.anchor + 0.001;
  }

  async #append(piece) {
    const type = typed(piece.codec);
    if (!plays(piece.codec)) throw new CannotPlay();
    if (!this.buffer) {
      this.buffer = this.media.addSourceBuffer(type);
      this.buffer.mode = "sequence"; // each fragment is laid down where its wall clock says
    } else if (piece.codec !== this.codec) {
      this.buffer.changeType(type);
    }
    if (piece.codec !== this.codec || !same(piece.init, this.init)) await this.#put(piece.init);
    this.codec = piece.codec;
    this.init = piece.init;
    this.buffer.timestampOffset = piece.start - this.anchor;
    await this.#put(piece.media);
  }

  async #put(bytes) {
    await this.#still();
    try {
      this.buffer.appendBuffer(bytes);
    } catch (error) {
      if (error.name !== "QuotaExceededError") throw error;
      await this.#forget(0, this.video.currentTime - 2);
      this.buffer.appendBuffer(bytes);
    }
    await this.#still();
  }

  async #forget(from, to) {
    if (!this.buffer || !this.buffer.buffered.length || to <= from) return;
    await this.#still();
    if (this.buffer.buffered.start(0) >= to) return;
    this.buffer.remove(from, to);
    await this.#still();
  }

  async #still() {
    while (this.buffer.updating) await new Promise((done) => this.buffer.addEventListener("updateend", done, { once: true }));
  }

  #range(time) {
    const ranges = this.video.buffered;
    for (let i = 0; i < ranges.length; i++) {
      if (time >= ranges.start(i) - 0.01 && time < ranges.end(i) - 0.02) return [ranges.start(i), ranges.end(i)];
    }
    return null;
  }

  // Seconds of footage ahead of the playhead, holes not counted.
  #buffered() {
    const ranges = this.video.buffered;
    let sum = 0;
    for (let i = 0; i < ranges.length; i++) sum += Math.max(0, ranges.end(i) - Math.max(ranges.start(i), this.video.currentTime));
    return sum;
  }

  // At the end of what is buffered, with more behind a hole: say so and go on after it.
  #jump() {
    const now = this.video.currentTime;
    if (this.holding || this.landed !== null || this.video.seeking || !this.wanted) return;
    // A browser stops where less than a picture or so is left, and at ten pictures a second that is early.
    const left = this.video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA ? Math.max(0.25, 1.5 * this.frame) : 0.05;
    if (this.#range(now + left)) return;
    const ranges = this.video.buffered;
    for (let i = 0; i < ranges.length; i++) {
      if (ranges.start(i) <= now) continue;
      const before = i ? ranges.end(i - 1) : now;
      this.#cross(Math.min(before, ranges.start(i)), ranges.start(i));
      return;
    }
  }

  async #cross(from, to) {
    const run = this.run;
    if (to - from > SEAM) {
      this.holding = true;
      this.tell.gap(this.anchor + from, this.anchor + to);
      this.video.pause();
      await pause(1500); // long enough to read; the footage does not pretend to be whole
      this.holding = false;
      if (run !== this.run) return;
    }
    this.video.currentTime = to + 0.001;
    if (this.wanted) this.video.play().catch(() => {});
  }

  #watch() {
    this.video.requestVideoFrameCallback((_, frame) => {
      const step = frame.mediaTime - this.shown;
      if (this.shown !== null && step > 0.005 && step < 0.2) this.frame = step;
      this.shown = frame.mediaTime;
      this.tell.time(this.anchor + frame.mediaTime);
      this.#watch();
    });
  }

  #failed(error) {
    this.pause();
    if (error instanceof LookEnded) this.tell.trouble("ended");
    else if (error instanceof CannotPlay) this.tell.trouble("unsupported");
    else this.tell.trouble("broken");
  }
}

const typed = (codec) => `video/mp4; codecs="${codec}"`;
const plays = (codec) => MediaSource.isTypeSupported(typed(codec));
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function same(one, other) {
  return !!other && one.length === other.length && one.every((byte, index) => byte === other[index]);
}
