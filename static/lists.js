// Lists by keyboard, and what is selected. Every list works without this file.
"use strict";

(() => {
  const table = document.querySelector("table[data-list]");
  const rows = table ? [...table.tBodies[0].rows] : [];
  const bar = document.getElementById("selected");
  const boxes = bar ? rows.map((row) => row.querySelector("input[name=row]")) : [];
  const every = table && table.querySelector("[data-select-all]");
  const dialog = document.getElementById("keys");
  const search = document.querySelector(".filters input[type=search]") || document.querySelector(".topbar input[type=search]");
  const KEYS_OFF = "reweave.keys.off";

  document.documentElement.classList.add("has-keys");

  // --- Selecting: a bar tells how many, and stands there only while there are some ------------------------------
  const count = bar && bar.querySelector("[data-count-words]");
  function tellSelected() {
    if (!bar) return;
    const selected = boxes.filter((box) => box.checked).length;
    rows.forEach((row, number) => row.classList.toggle("is-selected", boxes[number].checked));
    every.checked = selected > 0 && selected === boxes.length;
    every.indeterminate = selected > 0 && selected < boxes.length;
    count.textContent = count.dataset.countWords.replace("{count}", selected);
    bar.classList.toggle("is-waiting", selected === 0);
  }
  if (bar) {
    table.addEventListener("change", (event) => {
      if (event.target === every) for (const box of boxes) box.checked = every.checked;
      tellSelected();
    });
    bar.addEventListener("reset", (event) => {
      event.preventDefault(); // a reset would bring back what the server had ticked
      for (const box of boxes) box.checked = false;
      tellSelected();
      boxes[0].focus();
    });
    window.addEventListener("pageshow", tellSelected); // the way back may restore what was ticked
    tellSelected();
  }

  // --- Keys ----------------------------------------------------------------------------------------------------
  // One letter alone may be turned off: who speaks to the computer would set them off by talking (WCAG 2.1.4).
  const toggle = dialog.querySelector("[data-keys-switch]");
  function areOn() {
    try {
      return localStorage.getItem(KEYS_OFF) === null;
    } catch {
      return true;
    }
  }
  function announceKeys() {
    if (search) areOn() ? search.setAttribute("aria-keyshortcuts", "/") : search.removeAttribute("aria-keyshortcuts");
  }
  toggle.checked = areOn();
  toggle.addEventListener("change", () => {
    try {
      toggle.checked ? localStorage.removeItem(KEYS_OFF) : localStorage.setItem(KEYS_OFF, "1");
    } catch {
      toggle.checked = true; // nothing can be kept here, so the keys stay
    }
    announceKeys();
  });
  announceKeys();
  for (const opener of document.querySelectorAll("[data-keys-open]")) {
    opener.addEventListener("click", () => dialog.showModal());
  }

  function currentRow() {
    return rows.indexOf(document.activeElement.closest("tr"));
  }
  let last = -1;
  function goTo(number) {
    if (!rows.length) return;
    last = Math.max(0, Math.min(rows.length - 1, number));
    let target = rows[last].querySelector(".cell-link");
    if (!target) {
      target = rows[last].querySelector("th");
      target.tabIndex = -1;
    }
    target.focus();
  }
  function step(by) {
    const here = currentRow();
    if (here >= 0) goTo(here + by);
    else goTo(last >= 0 ? last : 0);
  }
  function select() {
    const here = currentRow();
    if (here < 0 || !boxes.length) return;
    boxes[here].checked = !boxes[here].checked;
    tellSelected();
  }
  function isTyping(element) {
    if (element.isContentEditable || element.matches("select, textarea")) return true;
    return element.matches("input") && !["checkbox", "radio", "button", "submit"].includes(element.type);
  }
  const ACTIONS = {
    "/": () => search && search.focus(),
    j: () => step(1),
    k: () => step(-1),
    x: select,
    "?": () => dialog.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (dialog.open) return; // its own Escape closes it
    const active = document.activeElement;
    if (event.key === "Escape") {
      if (active === search || currentRow() >= 0) {
        event.preventDefault(); // a browser would empty the search
        active.blur();
      }
      return;
    }
    if (!areOn() || isTyping(active) || !Object.hasOwn(ACTIONS, event.key)) return;
    event.preventDefault();
    ACTIONS[event.key]();
  });
})();
