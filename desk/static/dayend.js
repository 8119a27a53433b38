// Takes names off a page that was left open once their day is over: by itself, without the server, also after sleep.
const left = Number(document.body.dataset.endsIn ?? NaN);

if (!Number.isNaN(left)) {
  // Either clock will do: one stands still while a machine sleeps, the other may be set back.
  const ends = [() => Date.now(), () => performance.now()].map((clock) => [clock, clock() + left * 1000]);
  let gone = false;
  const check = () => {
    if (gone || !ends.some(([clock, end]) => clock() >= end)) return;
    gone = true;
    forget();
  };
  setTimeout(check, Math.min(left * 1000 + 50, 2 ** 31 - 1));
  setInterval(check, 15_000);
  for (const shown of ["pageshow", "focus"]) window.addEventListener(shown, check);
  document.addEventListener("visibilitychange", check);
}

async function forget() {
  const said = document.querySelector("template[data-day-over]").content;
  document.querySelector("main").replaceChildren(said.cloneNode(true));
  for (;;) {
    try {
      if ((await fetch(location.href, { cache: "no-store" })).ok) return location.replace(location.href);
    } catch {
      // no server: the names are gone all the same
    }
    await new Promise((done) => setTimeout(done, 10_000));
  }
}
