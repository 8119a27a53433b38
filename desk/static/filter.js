// Finds a name or a pass in a long list, on this machine alone: what is typed goes nowhere.
const part = document.querySelector("[data-filter] [data-live]");
const LONG = 15;
const label = document.createElement("label");
label.className = "field filter";
label.append(part.closest("[data-filter]").dataset.filter, Object.assign(document.createElement("input"), { type: "search", autocomplete: "off" }));
const input = label.querySelector("input");
part.before(label);

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function filter() {
  const rows = [...part.querySelectorAll("tbody tr")];
  label.hidden = rows.length < LONG && !input.value;
  const sought = plain(input.value.trim());
  for (const row of rows) row.hidden = !!sought && !plain([...row.cells].filter((cell) => !cell.matches(".time, .acts")).map((cell) => cell.textContent).join(" ")).includes(sought);
}

input.addEventListener("input", filter);
part.addEventListener("fresh", filter);
filter();
