"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("script");

  // Tables: a press on a column's head sorts by it, a second one turns the order round.
  const key = (row, column) => {
    const cell = row.cells[column];
    if (cell.dataset.key) return cell.dataset.key;
    const text = cell.textContent;
    return cell.classList.contains("number") ? Number(text.replaceAll(",", "")) : text;
  };
  const sort = (head) => {
    const table = head.closest("table");
    const column = head.cellIndex;
    const isNumber = head.classList.contains("number");
    const before = head.getAttribute("aria-sort");
    const order = before === "none" ? (isNumber ? "descending" : "ascending")
      : before === "ascending" ? "descending" : "ascending";
    for (const other of head.parentNode.cells) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => [key(row, column), row]);
    rows.sort(([left], [right]) => (left < right ? -sign : left > right ? sign : 0));
    body.append(...rows.map(([, row]) => row));
  };
  for (const button of document.querySelectorAll("table.sortable th button")) {
    button.addEventListener("click", () => sort(button.closest("th")));
  }

  // Filters: what does not hold the words is out of sight.
  const filter = (input, things) => {
    const output = input.parentNode.querySelector("output");
    const texts = things.map((thing) => thing.textContent.toLowerCase());
    input.closest(".filter").hidden = things.length === 0;
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      things.forEach((thing, place) => {
        thing.hidden = !words.every((word) => texts[place].includes(word));
        if (!thing.hidden) count += 1;
      });
      output.textContent = words.length ? `${count} of ${things.length}` : "";
    });
  };
  const every = (selector) => Array.from(document.querySelectorAll(selector));
  const findings = document.getElementById("filter-findings");
  if (findings) filter(findings, every("#findings > details"));
  const tables = document.getElementById("filter-tables");
  if (tables) filter(tables, every("#tables tbody tr"));

  // Theme: the system's, until somebody chooses.
  const button = document.getElementById("theme");
  const isDark = matchMedia("(prefers-color-scheme: dark)");
  const current = () => root.dataset.theme ?? (isDark.matches ? "dark" : "light");
  const name = () => { button.textContent = current() === "dark" ? "Light theme" : "Dark theme"; };
  button.addEventListener("click", () => {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
    name();
  });
  isDark.addEventListener("change", name);
  button.hidden = false;
  name();

  // A link to a finding opens its card.
  const open = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    const card = target && target.closest("details");
    if (!card || card.open) return;
    card.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();

  // Paper: what matters is printed open, and left as it was afterwards.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = every("details.critical:not([open]), details.high:not([open]), details.medium:not([open])");
    for (const card of opened) card.open = true;
  });
  addEventListener("afterprint", () => {
    for (const card of opened) card.open = false;
    opened = [];
  });
})();
