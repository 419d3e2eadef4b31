// Logging a referral or a circle: the picker while typing, one press that counts once, and a lost connection that loses
// nothing.
// What was typed stays on the page alone: nothing is written to the device, which may be shared.
"use strict";

const RETRY = 8000;
const PAUSE = 220;

function ready() {
  const form = document.getElementById("log-form");
  if (!form || form.classList.contains("has-script")) return;
  form.classList.add("has-script");
  if (form.querySelector("#find")) new Picker(form);
  new Sender(form);
  form.querySelector("#school")?.addEventListener("change", () => {
    form.querySelector('[value="school"]').click();
  });
  document.getElementById("errors")?.focus();
}

class Picker {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("#find");
    this.list = form.querySelector("#found");
    this.note = form.querySelector("#find-note");
    this.people = form.querySelector("#people");
    this.active = -1;
    this.asked = 0;
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-controls", "found");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.labels[0].textContent);
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.keyed(event));
    this.people.addEventListener("click", (event) => this.removed(event));
    this.show([]);
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const text = this.input.value.trim();
    if (text.replace(/\s/g, "").length < 3) {
      this.show([]);
      this.note.textContent = "";
      return;
    }
    const number = ++this.asked;
    const { lookup, school } = this.form.dataset;
    const day = this.form.querySelector("#occurred_on")?.value || this.form.dataset.day;
    let answer;
    try {
      answer = await fetch(lookup, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value },
        body: JSON.stringify({ text, school, day }),
      });
    } catch {
      this.note.textContent = this.form.dataset.offline;
      return;
    }
    if (number !== this.asked) return;
    if (answer.status === 429) {
      this.note.textContent = this.form.dataset.pause;
    } else if (answer.ok) {
      const { students, is_more: isMore } = await answer.json();
      this.show(students);
      if (!students.length) this.note.textContent = this.form.dataset.none;
      else if (isMore) this.note.textContent = this.form.dataset.more;
      else this.note.textContent = `${students.length} ${this.form.dataset.found}`;
    }
  }

  show(students) {
    this.students = students;
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(
      ...students.map((student, number) => {
        const option = document.createElement("li");
        option.id = `found-${number}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        const name = document.createElement("strong");
        name.textContent = student.name;
        const about = document.createElement("span");
        about.className = "caption";
        about.textContent = `${student.grade} · …${student.id_end}`;
        option.append(name, about);
        option.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          this.choose(number);
        });
        return option;
      }),
    );
    this.list.hidden = students.length === 0;
    this.input.setAttribute("aria-expanded", String(students.length > 0));
  }

  keyed(event) {
    const count = this.students.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!count) return;
      event.preventDefault();
      this.move((this.active + (event.key === "ArrowDown" ? 1 : count - (this.active < 0 ? 0 : 1))) % count);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.active >= 0) this.choose(this.active);
      else if (count === 1) this.choose(0);
      else this.ask();
    } else if (event.key === "Escape" && count) {
      event.preventDefault();
      this.show([]);
    }
  }

  move(number) {
    this.active = number;
    [...this.list.children].forEach((option, place) => {
      option.setAttribute("aria-selected", String(place === number));
    });
    this.input.setAttribute("aria-activedescendant", `found-${number}`);
    this.list.children[number].scrollIntoView({ block: "nearest" });
  }

  choose(number) {
    const student = this.students[number];
    const known = [...this.people.querySelectorAll('[name="student"]')].some((field) => field.value === student.id);
    if (!known) {
      const row = document.createElement("li");
      row.className = "person";
      row.append(document.getElementById("person").content.cloneNode(true));
      row.querySelector('[name="student"]').value = student.id;
      row.querySelector("strong").textContent = student.name;
      row.querySelector(".caption").textContent = student.grade;
      const part = row.querySelector("select");
      part.name = `part-${student.id}`;
      part.setAttribute("aria-label", `${part.getAttribute("aria-label")} ${student.name}`);
      const remove = row.querySelector("button");
      remove.value = `drop:${student.id}`;
      remove.setAttribute("aria-label", `${this.form.dataset.remove} ${student.name}`);
      this.people.append(row);
    }
    this.note.textContent = student.name;
    this.input.value = "";
    this.show([]);
    this.input.focus();
  }

  removed(event) {
    const button = event.target.closest(".person-remove");
    if (!button) return;
    event.preventDefault();
    button.closest(".person").remove();
    this.input.focus();
  }
}

class Sender {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("#log-state");
    this.isSending = false;
    form.addEventListener("submit", (event) => this.send(event));
    window.addEventListener("online", () => this.waiting && this.again());
    window.addEventListener("beforeunload", (event) => {
      if (this.waiting) event.preventDefault();
    });
  }

  send(event) {
    const act = event.submitter?.value || "submit";
    if (act !== "submit" && act !== "draft" && !act.startsWith("repeat:")) return;
    event.preventDefault();
    if (this.isSending) return;
    this.body = new FormData(this.form);
    this.body.set("act", act);
    this.again();
  }

  async again() {
    clearTimeout(this.timer);
    if (this.isSending) return;
    this.busy(true);
    this.state.textContent = "";
    let answer;
    try {
      answer = await fetch(this.form.action || location.href, { method: "POST", body: this.body });
    } catch {
      this.wait(navigator.onLine ? this.form.dataset.trouble : this.form.dataset.offline);
      return;
    }
    if (answer.status >= 500) {
      this.wait(this.form.dataset.trouble);
      return;
    }
    this.waiting = false;
    if (answer.redirected) {
      location.assign(answer.url);
      return;
    }
    this.replace(await answer.text());
  }

  // The same body, with the same key, is sent again: the server records it once.
  wait(words) {
    this.busy(false);
    this.waiting = true;
    this.state.textContent = words;
    this.timer = setTimeout(() => this.again(), RETRY);
  }

  busy(isBusy) {
    this.isSending = isBusy;
    const button = this.form.querySelector(".task-end .button-solid");
    button.setAttribute("aria-disabled", String(isBusy));
    if (isBusy) {
      this.words = this.words || button.textContent;
      button.textContent = `${this.form.dataset.sending} …`;
    } else if (this.words) {
      button.textContent = this.words;
    }
  }

  // The form came back with faults: show it in place of this one.
  replace(text) {
    const main = new DOMParser().parseFromString(text, "text/html").getElementById("main");
    if (!main) {
      this.wait(this.form.dataset.trouble);
      return;
    }
    document.getElementById("main").replaceWith(main);
    ready();
  }
}

ready();
