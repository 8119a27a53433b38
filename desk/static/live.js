// Keeps a part of the page as the server has it, without a reload. What did not change is left alone, so that focus,
// reading place and what is half typed stay. When the server is silent, the page says since when.
async function keep(part) {
  const every = Number(part.dataset.every ?? 2000);
  const seen = remember(part, new Map());
  let digest = "";
  for (;;) {
    await new Promise((done) => setTimeout(done, every));
    if (!part.isConnected) return; // its day is over: keep nothing of it
    try {
      const answer = await fetch(part.dataset.live, { headers: { "X-Live": "1", "X-Seen": digest } });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error(answer.status);
      stale(false);
      if (answer.status === 204) continue;
      digest = answer.headers.get("X-Seen") ?? "";
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(`[data-live="${part.dataset.live}"]`);
      update(part, fresh, seen);
      part.dispatchEvent(new CustomEvent("fresh", { bubbles: true }));
    } catch {
      stale(true);
    }
    if ("once" in part.dataset && !part.querySelector("[data-busy]")) return;
  }
}

// What the server last said of each region and each row: not what a colleague opened or typed in it since.
function remember(part, seen) {
  for (const one of part.querySelectorAll("[data-region], [data-key]")) seen.set(name(one), one.outerHTML);
  return seen;
}

const name = (one) => one.dataset.key ?? `region ${one.dataset.region}`;
const regions = (part) => [...part.querySelectorAll("[data-region]")].map(name).join();

function update(part, fresh, seen) {
  if (regions(part) !== regions(fresh) || !regions(fresh)) {
    if (part.innerHTML.trim() !== fresh.innerHTML.trim()) part.replaceChildren(...fresh.cloneNode(true).childNodes);
  } else {
    for (const region of fresh.querySelectorAll("[data-region]")) {
      if (seen.get(name(region)) === region.outerHTML) continue;
      const old = part.querySelector(`[data-region="${region.dataset.region}"]`);
      if ("rows" in region.dataset) rows(old, region, seen);
      else old.replaceChildren(...region.cloneNode(true).childNodes);
    }
  }
  seen.clear();
  remember(fresh, seen);
}

// The rows of a list by their keys: new ones come in, others go, changed ones are replaced where they stand.
function rows(old, fresh, seen) {
  const here = new Map([...old.children].map((row) => [row.dataset.key, row]));
  let place = old.firstElementChild;
  for (const row of fresh.children) {
    let mine = here.get(row.dataset.key);
    here.delete(row.dataset.key);
    if (!mine || seen.get(row.dataset.key) !== row.outerHTML) mine = replaced(mine, row.cloneNode(true));
    if (mine === place) place = place.nextElementSibling;
    else old.insertBefore(mine, place);
  }
  for (const gone of here.values()) gone.remove();
}

function replaced(mine, row) {
  if (!mine?.isConnected) return row;
  const act = mine.contains(document.activeElement) && document.activeElement.dataset.act;
  mine.replaceWith(row);
  if (act) row.querySelector(`[data-act="${act}"]`)?.focus();
  return row;
}

function stale(is) {
  for (const notice of document.querySelectorAll("[data-stale]")) {
    if (is && notice.hidden) notice.querySelector("[data-since]").textContent = new Date().toTimeString().slice(0, 8);
    notice.hidden = !is;
  }
}

for (const part of document.querySelectorAll("[data-live]")) keep(part);
