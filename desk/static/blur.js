// Drawing the frame of a blurred copy on the picture itself: mouse, finger or keys. The number fields beside it hold the
// same, and are what is sent; without this script they are all there is. Going on swaps the page without loading the
// small pictures again, for each of them is decoded anew.
const SIDES = ["left", "top", "width", "height"];
const LEAST = 0.5; // hundredths of the picture
const GRIPS = ["nw", "ne", "sw", "se"];

class Frame {
  constructor(stage, fields) {
    this.stage = stage;
    this.fields = fields;
    this.box = document.createElement("button");
    this.box.type = "button";
    this.box.className = "frame";
    this.box.setAttribute("aria-label", stage.dataset.label);
    for (const grip of GRIPS) {
      const corner = document.createElement("span");
      corner.className = `grip ${grip}`;
      corner.dataset.grip = grip;
      this.box.append(corner);
    }
    stage.querySelector("svg")?.remove();
    stage.append(this.box);
    this.box.classList.toggle("proposed", stage.dataset.proposed === "yes");
    stage.addEventListener("pointerdown", (event) => this.#down(event));
    this.box.addEventListener("keydown", (event) => this.#key(event));
    for (const side of SIDES) fields[side].addEventListener("input", () => this.#lay());
    this.#lay();
  }

  get sides() {
    return SIDES.map((side) => Number(this.fields[side].value));
  }

  // Put the frame somewhere, within the picture.
  put(left, top, width, height) {
    width = Math.min(100, Math.max(LEAST, width));
    height = Math.min(100, Math.max(LEAST, height));
    left = Math.min(100 - width, Math.max(0, left));
    top = Math.min(100 - height, Math.max(0, top));
    [left, top, width, height].forEach((value, place) => (this.fields[SIDES[place]].value = value.toFixed(1)));
    this.box.classList.remove("proposed");
    this.#lay();
  }

  #lay() {
    this.sides.forEach((value, place) => this.box.style.setProperty(SIDES[place], `${value}%`));
  }

  #down(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    const field = this.stage.getBoundingClientRect();
    const share = (moved) => [
      Math.min(100, Math.max(0, ((moved.clientX - field.left) / field.width) * 100)),
      Math.min(100, Math.max(0, ((moved.clientY - field.top) / field.height) * 100)),
    ];
    const begun = share(event);
    const [left, top, width, height] = this.sides;
    const grip = event.target.dataset.grip;
    // A corner is drawn from the one across; anywhere else a new frame begins; within the frame it is moved.
    const fixed = grip
      ? [grip.endsWith("w") ? left + width : left, grip.startsWith("n") ? top + height : top]
      : event.target === this.box && !this.box.classList.contains("proposed")
        ? null
        : begun;
    const move = (moved) => {
      const [x, y] = share(moved);
      if (!fixed) return this.put(left + x - begun[0], top + y - begun[1], width, height);
      if (Math.hypot(x - fixed[0], y - fixed[1]) < 1) return;
      this.put(Math.min(x, fixed[0]), Math.min(y, fixed[1]), Math.abs(x - fixed[0]), Math.abs(y - fixed[1]));
    };
    const end = () => {
      this.stage.removeEventListener("pointermove", move);
      this.box.focus({ preventScroll: true });
    };
    this.stage.setPointerCapture(event.pointerId);
    this.stage.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) this.stage.addEventListener(name, end, { once: true });
  }

  #key(event) {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = ways[event.key];
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (event.key === "Enter") this.fields.form.requestSubmit(this.fields.form.querySelector("[value=draw]"));
      return;
    }
    if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const [left, top, width, height] = this.sides;
    if (event.shiftKey) this.put(left, top, width + way[0], height + way[1]);
    else this.put(left + way[0], top + way[1], width, height);
  }
}

function begin(page) {
  const form = page.querySelector("[data-marks]");
  const fields = Object.fromEntries(SIDES.map((side) => [side, form.elements[side]]));
  const stage = page.querySelector("[data-stage]");
  let frame = null;
  if (stage.querySelector("[data-large]")) {
    stage.dataset.proposed = stage.querySelector("rect.proposed") ? "yes" : "no";
    frame = new Frame(stage, { ...fields, form });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const sent = new FormData(form, event.submitter);
    go(page, fetch(form.action, { method: "POST", body: new URLSearchParams(sent) }), true);
  });
  for (const link of page.querySelectorAll("[data-go]")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      go(page, fetch(link.href), false);
    });
  }
  return frame;
}

// Show the page that was asked for in the place of this one; what it cannot show, the browser does.
async function go(page, asked, drawing) {
  const answer = await asked.catch(() => null);
  if (!answer) return;
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = made.querySelector("[data-blur]");
  if (!answer.ok || !fresh) return location.assign(answer.url);
  for (const image of fresh.querySelectorAll(".thumb img")) {
    const known = page.querySelector(`.thumb img[src="${CSS.escape(image.getAttribute("src"))}"]`);
    if (known) image.replaceWith(known);
  }
  history.replaceState(null, "", answer.url);
  page.replaceWith(fresh);
  const frame = begin(fresh);
  if (drawing) (frame?.box ?? fresh.querySelector("[aria-current]"))?.focus({ preventScroll: true });
  else fresh.querySelector("[aria-current]")?.focus({ preventScroll: true });
}

begin(document.querySelector("[data-blur]"));
