// Suggestions for the question being written, after the WAI-ARIA 1.2 pattern of an editable combobox with a list:
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/. Without this file the page is a plain form, and works.

const DELAY_MS = 120;
// Nothing that looks like a personal identity number is sent before the asker sends it.
const IDENTITY_NUMBER = /\d{6}\s?[-+–]?\s?\d{4}/;

const input = document.querySelector("#q");
const form = input.form;
const list = document.createElement("ul");
const status = document.createElement("p");

let options = [];
let active = -1;
let timer = 0;
let request = new AbortController();

function setUp() {
  Object.assign(list, { id: "forslag", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Förslag");
  status.className = "unseen";
  status.setAttribute("role", "status");
  input.after(list);
  form.append(status);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-haspopup", "listbox"],
    ["aria-expanded", "false"], ["aria-controls", list.id]]) input.setAttribute(name, value);
  input.addEventListener("input", (event) => {
    if (!event.isComposing) later();
  });
  input.addEventListener("compositionend", later);
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  // Pressing the mouse must not take the focus from the field, which would close the list before the click.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(options.indexOf(option));
  });
}

function later() {
  clearTimeout(timer);
  request.abort();
  if (isAskable()) timer = setTimeout(ask, DELAY_MS);
  else close();
}

function isAskable() {
  return input.value.trim() !== "" && !IDENTITY_NUMBER.test(input.value);
}

async function ask() {
  request.abort();
  request = new AbortController();
  const { signal } = request;
  try {
    const answer = await fetch(`/api/v1/suggest?${new URLSearchParams({ q: input.value })}`, { signal });
    if (!answer.ok) return close();
    const { suggestions } = await answer.json();
    if (!signal.aborted) show(suggestions);
  } catch {
    if (!signal.aborted) close(); // the form works without suggestions, so a fault in them is not told
  }
}

function show(suggestions) {
  options = suggestions.map(optionOf);
  list.replaceChildren(...options);
  list.hidden = options.length === 0;
  input.setAttribute("aria-expanded", String(options.length > 0));
  activate(-1);
  const said = { 0: "Inga förslag.", 1: "Ett förslag. Pil ner når det." };
  status.textContent = said[options.length] ?? `${options.length} förslag. Pil ner når dem.`;
}

function optionOf(suggestion, place) {
  const option = document.createElement("li");
  option.id = `forslag-${place}`;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.dataset.text = suggestion.text;
  const text = document.createElement("span");
  text.append(...pieces(suggestion));
  option.append(text);
  const label = suggestion.kind_label ?? { question: "fråga" }[suggestion.type];
  if (label) {
    const kind = document.createElement("span");
    kind.className = "kind";
    kind.textContent = label;
    option.append(" ", kind);
  }
  return option;
}

// The text cut at what was written; places are code points, a string's own are not.
function pieces({ text, matched }) {
  const letters = Array.from(text);
  const found = [];
  let at = 0;
  for (const [start, end] of matched) {
    const mark = document.createElement("b");
    mark.textContent = letters.slice(start, end).join("");
    found.push(letters.slice(at, start).join(""), mark);
    at = end;
  }
  return [...found, letters.slice(at).join("")];
}

function onKey(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey) return;
  const isOpen = !list.hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!isOpen) {
      if (isAskable()) ask();
    } else if (event.key === "ArrowDown") activate(active + 1 === options.length ? -1 : active + 1);
    else activate(active === -1 ? options.length - 1 : active - 1);
  } else if (event.key === "Enter" && isOpen && active >= 0) {
    event.preventDefault();
    choose(active);
  } else if (event.key === "Escape" && isOpen) {
    event.preventDefault();
    close();
  }
}

function activate(place) {
  options[active]?.setAttribute("aria-selected", "false");
  active = place;
  const option = options[active];
  if (option) {
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  } else input.removeAttribute("aria-activedescendant");
}

function choose(place) {
  input.value = options[place].dataset.text;
  close();
  form.requestSubmit();
}

function close() {
  clearTimeout(timer);
  request.abort();
  list.hidden = true;
  active = -1;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
  status.textContent = "";
}

setUp();
