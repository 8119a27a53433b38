// Takes the code of the one-time link out of the address, so that it stands in no history, and fills it in.
const field = document.querySelector("[data-first-link]");
const code = location.hash.slice(1);
if (field && code) {
  field.value = code;
  field.closest("label").hidden = true;
  history.replaceState(null, "", location.pathname);
}
