// Calls for help: shown on every page within a second, heard once in whichever window may sound, answered without
// leaving the page. Without this script the line comes with the next page, and the button is a form like any other.
const RANG = "portier-rang";
const part = document.querySelector("[data-calls]");
const title = document.title;
const failed = new Set(); // screens that were not told that somebody comes: the part may be drawn anew meanwhile
let sound = null;

// A browser lets a page sound once somebody has clicked on it.
function wake() {
  sound ??= new AudioContext();
  if (sound.state === "suspended") sound.resume().then(show, () => {});
}

const mayRing = () => sound?.state === "running";

function ring(at, pitch) {
  const tone = new OscillatorNode(sound, { type: "triangle", frequency: pitch });
  const volume = new GainNode(sound, { gain: 0 });
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.7, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.6);
  tone.connect(volume).connect(sound.destination);
  tone.start(at);
  tone.stop(at + 0.65);
}

// Each ringing is heard once, whatever windows and pages are open.
function hear() {
  const rings = [...part.querySelectorAll("[data-ring]")].map((call) => call.dataset.ring);
  const rang = JSON.parse(localStorage.getItem(RANG) ?? "[]");
  if (!mayRing() || rings.every((one) => rang.includes(one))) return;
  localStorage.setItem(RANG, JSON.stringify(rings));
  for (const turn of [0, 1, 2]) {
    ring(sound.currentTime + turn * 1.1, 880);
    ring(sound.currentTime + turn * 1.1 + 0.35, 660);
  }
}

function show() {
  const calling = part.querySelector("[data-ring]");
  document.title = calling ? `● ${calling.dataset.says} · ${title}` : title;
  part.querySelector("[data-sound-off]").hidden = mayRing();
  for (const form of part.querySelectorAll("form")) {
    form.querySelector("[data-failed]").hidden = !failed.has(form.elements.kiosk.value);
  }
  hear();
}

part.addEventListener("submit", async (event) => {
  event.preventDefault(); // what is half typed elsewhere on this page stays
  const form = event.target;
  const screen = form.elements.kiosk.value;
  form.querySelector("button").disabled = true;
  failed.delete(screen);
  show();
  if (await answered(form)) return;
  failed.add(screen);
  form.querySelector("button").disabled = false;
  show();
});

// Whoever is told that all went well is sent on; any other answer, and none at all, is a failure.
async function answered(form) {
  try {
    const body = new URLSearchParams(new FormData(form));
    return (await fetch(form.action, { method: "POST", body, redirect: "manual" })).type === "opaqueredirect";
  } catch {
    return false;
  }
}

new Worker("/static/bell.js", { type: "module" }).addEventListener("message", (event) => {
  const fresh = new DOMParser().parseFromString(event.data, "text/html").querySelector("[data-calls]");
  const held = document.activeElement.closest("[data-calls] form")?.elements.kiosk.value;
  part.replaceChildren(...fresh.childNodes);
  show();
  // Another call leaves a colleague's finger where it was.
  [...part.querySelectorAll("form")].find((form) => form.elements.kiosk.value === held)?.querySelector("button").focus();
});
for (const act of ["pointerdown", "keydown"]) addEventListener(act, wake, { capture: true });
wake();
show();
