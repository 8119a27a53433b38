// The page of one camera: brings timeline, player and the exact time together.
import { SiteClock, fill } from "./instant.js";
import { Player } from "./player.js";
import { Preview } from "./preview.js";
import { LookEnded, Source, TrailAway } from "./source.js";
import { Timeline } from "./timeline.js";

const page = document.querySelector("[data-camera]");
const words = JSON.parse(page.dataset.words);
const clock = new SiteClock(page.dataset.zone, page.dataset.language, words);
const find = (name) => page.querySelector(`[data-${name}]`);
const source = page.dataset.look ? new Source(`/cameras/${encodeURIComponent(page.dataset.camera)}`, page.dataset.look) : null;
const preview = source && new Preview(page, source, clock);

const timeline = new Timeline(find("timeline"), {
  words,
  clock,
  chosen: (moment) => choose(moment),
  over: (moment, track, share) => preview?.show(moment, track, share),
  away: () => preview?.hide(),
  failed: () => say(words.connection),
});
const player = page.dataset.look ? startPlayer() : null;

function choose(moment) {
  timeline.keep(moment);
  showTime(moment, false);
  if (player) player.seek(moment);
  else find("chosen").value = Math.round(moment * 1e6);
}

function showTime(moment, exact) {
  find("time").textContent = clock.second(moment, exact);
  find("day").textContent = clock.day(moment);
}

function say(text) {
  const place = find("told");
  if (place && place.textContent !== text) place.textContent = text;
}

function overlay(text) {
  const over = find("over");
  over.textContent = text ?? "";
  over.hidden = !text;
}

// "No footage from 14:02:10 to 14:05:00: the camera could not be reached."
function gapText(from, to) {
  const middle = (from + to) / 2;
  const known = timeline.gaps.find(([start, end]) => start <= middle && middle < end);
  const values = { from: clock.second(from), to: clock.second(to), cause: known?.[2] };
  return fill(known ? words.gap : words.gap_unknown, values);
}

// Whoever has gone elsewhere since the page was made wants the piece that is shown now.
find("export").addEventListener("toggle", () => {
  const moment = player?.moment ?? timeline.moment;
  if (!find("export").open || Math.abs(moment - Number(page.dataset.at)) < 60) return;
  const form = find("export").querySelector("form");
  [form.elements.day.value, form.elements.start.value] = clock.fields(moment);
  form.elements.end.value = clock.fields(moment + 60)[1];
});

function startPlayer() {
  const video = find("video");
  const button = find("play");
  let clearing;
  const made = new Player(video, source, Number(page.dataset.anchor), {
    time(moment) {
      showTime(moment, true);
      timeline.keep(moment);
    },
    playing: (is) => (button.textContent = is ? words.pause : words.play),
    gap(from, to) {
      const text = gapText(from, to);
      overlay(text);
      say(text);
      clearTimeout(clearing);
      clearing = setTimeout(() => overlay(null), 4000);
    },
    edge: (moment) => say(fill(words.edge, { time: clock.second(moment) })),
    trouble(kind) {
      if (kind === "ended") askAgain(made.moment);
      else overlay(kind && words[kind]);
    },
    converted: (is) => (find("converted").textContent = is ? words.converted : ""),
    clear: () => say(""),
  });
  button.addEventListener("click", () => (made.wanted ? made.pause() : made.play()));
  video.addEventListener("click", () => (made.wanted ? made.pause() : made.play()));
  for (const one of page.querySelectorAll("[data-frame]")) {
    one.addEventListener("click", () => made.step(Number(one.dataset.frame)));
  }
  for (const one of page.querySelectorAll("[data-movement]")) {
    one.addEventListener("click", () => move(made, one.dataset.movement));
  }
  find("speed").addEventListener("change", (event) => made.speed(Number(event.target.value)));
  page.addEventListener("keydown", (event) => keys(event, made));
  video.focus({ preventScroll: true });
  made.seek(Number(page.dataset.at));
  made.play();
  return made;
}

// To the next movement, or to the one before. Shortly after a beginning, the one before that is meant; and the place in
// the film is never exactly the one that was asked for.
async function move(made, way) {
  const from = made.moment;
  try {
    const moment = await source.movement(way === "next" ? from + 1 : from - 3, way);
    if (moment === null) return say(way === "next" ? words.no_movement : words.no_movement_before);
    choose(moment);
  } catch (error) {
    if (error instanceof LookEnded) return askAgain(from);
    overlay(error instanceof TrailAway ? words.no_trail : words.connection);
  }
}

// The look has ended: back to the question why, at the same moment.
function askAgain(moment) {
  location.replace(`/cameras/${page.dataset.camera}?zoom=${timeline.zoom}&at=${Math.round(moment * 1e6)}`);
}

function keys(event, made) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, button, a, summary")) return;
  const acts = {
    " ": () => (made.wanted ? made.pause() : made.play()),
    ",": () => made.step(-1),
    ".": () => made.step(1),
    n: () => move(made, "next"),
    p: () => move(made, "before"),
  };
  if (!(event.key in acts)) return;
  event.preventDefault();
  acts[event.key]();
}
