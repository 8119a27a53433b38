// Asks twice a second whether somebody calls for help. A worker, for a page in the background is made to wait a minute.
const EVERY = 500;
let digest = "";
for (;;) {
  try {
    const answer = await fetch("/calls", { headers: { "X-Live": "1", "X-Seen": digest } });
    if (answer.status === 200) {
      digest = answer.headers.get("X-Seen") ?? "";
      postMessage(await answer.text());
    }
  } catch {
    digest = ""; // the server is away: what stands on the page may be old, so ask for all of it next time
  }
  await new Promise((done) => setTimeout(done, EVERY));
}
