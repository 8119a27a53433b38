// The footage of a case: the player, and a slider over its span.
import { SiteClock, fill } from "./instant.js";
import { Player } from "./player.js";
import { Source } from "./source.js";

const page = document.querySelector("[data-case]");
const words = JSON.parse(page.dataset.words);
const clock = new SiteClock(page.dataset.zone, page.dataset.language, words);
const find = (name) => page.querySelector(`[data-${name}]`);
const scrub = find("scrub");
const missing = [...document.querySelectorAll("[data-missing]")].map(({ dataset }) => dataset);
const from = Number(page.dataset.from);

function showTime(moment) {
  find("time").textContent = clock.second(moment, true);
  find("day").textContent = clock.day(moment);
  scrub.value = moment;
  scrub.setAttribute("aria-valuetext", clock.second(moment));
}

function overlay(text) {
  const over = find("over");
  over.textContent = text ?? "";
  over.hidden = !text;
}

function gapText(start, end) {
  const middle = (start + end) / 2;
  const known = missing.find((one) => one.start <= middle && middle < one.end);
  const values = { from: clock.second(start), to: clock.second(end), cause: known?.cause };
  return fill(known ? words.gap : words.gap_unknown, values);
}

const video = find("video");
let clearing;
const source = new Source(`${page.dataset.case}/${encodeURIComponent(page.dataset.camera)}`, page.dataset.look);
const player = new Player(video, source, from - 86400, {
  time: showTime,
  playing: (is) => (find("play").textContent = is ? words.pause : words.play),
  gap(start, end) {
    overlay(gapText(start, end));
    clearTimeout(clearing);
    clearing = setTimeout(() => overlay(null), 4000);
  },
  edge: () => (find("told").textContent = words.edge),
  trouble(kind) {
    if (kind === "ended") location.replace(page.dataset.case);
    else overlay(kind && words[kind]);
  },
  converted: (is) => (find("converted").textContent = is ? words.converted : ""),
  clear: () => (find("told").textContent = ""),
});
const toggle = () => (player.wanted ? player.pause() : player.play());
find("play").addEventListener("click", toggle);
video.addEventListener("click", toggle);
for (const one of page.querySelectorAll("[data-frame]")) one.addEventListener("click", () => player.step(Number(one.dataset.frame)));
find("speed").addEventListener("change", (event) => player.speed(Number(event.target.value)));
scrub.addEventListener("change", () => player.seek(Number(scrub.value)));
player.seek(from);
player.play();
