// The list in reading order. A row belongs to a study and moves with it; so does the selection.

import { announce, byID, element, setText } from "./elements.js";
import { fill, makeRow, tellWait } from "./row.js";
import { counted, personName } from "./words.js";

/** Tells "open" (detail: Study Instance UID). */
class List extends EventTarget {
  items = [];
  /** The Study Instance UID of the selected row; null: none yet. */
  selected = null;
  #rows = new Map();
  #shown = [];
  #selectedRow = null;
  #reachableRow = null;
  #category = null;
  #known = null;

  get #body() { return byID("rows"); }

  item(uid) { return this.items.find(item => item.study_instance_uid === uid) ?? null; }

  show(items) {
    this.#tellNew(items);
    this.items = items;
    this.#offer("modality", items.map(item => item.modality));
    this.#offer("location", items.map(item => item.location ?? ""));
    this.arrange();
  }

  /** Puts the rows that the filters let through into the order of the list. */
  arrange() {
    const words = byID("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const modality = byID("modality").value, location = byID("location").value;
    this.#shown = this.items.filter(item =>
      (!this.#category || item.category === this.#category) && (!modality || item.modality === modality)
      && (!location || item.location === location) && (words.length === 0 || contains(item, words)));
    const body = this.#body;
    const focused = body.contains(document.activeElement) ? document.activeElement : null;
    let at = body.firstElementChild;
    const kept = new Set();
    for (const item of this.#shown) {
      const row = this.#row(item);
      kept.add(row);
      if (row === at) { at = at.nextElementSibling; continue; }
      // One that went down or away: passing it by moves one row instead of all.
      if (at && row === at.nextElementSibling) { at = row.nextElementSibling; continue; }
      // A row that is moved this way keeps its focus; browsers that can't do it give it back below.
      if (row.parentNode === body && body.moveBefore) body.moveBefore(row, at);
      else body.insertBefore(row, at);
    }
    for (const row of [...body.children]) if (!kept.has(row)) row.remove();
    this.#sort(body);
    const present = new Set(this.items.map(item => item.study_instance_uid));
    for (const uid of this.#rows.keys()) if (!present.has(uid)) this.#rows.delete(uid);
    if (focused && focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
    byID("list").setAttribute("aria-rowcount", this.#shown.length + 1);
    this.#tellHidden();
    this.#mark();
  }

  /** The waits go on while nothing else happens. */
  tick() { for (const item of this.#shown) tellWait(this.#rows.get(item.study_instance_uid), item); }

  filter(category) {
    this.#category = this.#category === category ? null : category;
    for (const chip of document.querySelectorAll("#categories button")) chip.setAttribute("aria-pressed", chip.dataset.category === this.#category);
    this.arrange();
  }

  /** True where there was a filter to take away. */
  clear() {
    const isFiltered = this.#shown.length < this.items.length || byID("search").value !== "" || this.#category !== null;
    byID("search").value = byID("modality").value = byID("location").value = "";
    this.#category = null;
    for (const chip of document.querySelectorAll("#categories button")) chip.setAttribute("aria-pressed", "false");
    this.arrange();
    return isFiltered;
  }

  /** Selects the row so many places away, or the first or last (±Infinity). */
  move(by) {
    if (this.#shown.length === 0) return;
    const at = this.#shown.findIndex(item => item.study_instance_uid === this.selected);
    const to = at < 0 ? (by > 0 && by !== Infinity ? 0 : by < 0 ? 0 : this.#shown.length - 1) : Math.max(0, Math.min(this.#shown.length - 1, at + by));
    this.select(this.#shown[to].study_instance_uid);
    this.focus();
  }

  select(uid) {
    this.selected = uid;
    this.#mark();
  }

  focus() {
    const row = this.#rows.get(this.selected);
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  open() { if (this.selected) this.dispatchEvent(new CustomEvent("open", { detail: this.selected })); }

  empty() {
    this.items = this.#shown = [];
    this.selected = this.#known = this.#selectedRow = this.#reachableRow = null;
    this.#rows.clear();
    this.#body.replaceChildren();
    setText(byID("hidden-studies"), "");
  }

  #row(item) {
    let row = this.#rows.get(item.study_instance_uid);
    if (!row) {
      row = makeRow(item.study_instance_uid);
      row.addEventListener("click", () => { this.select(row.dataset.uid); this.open(); });
      row.addEventListener("focus", () => this.select(row.dataset.uid));
      this.#rows.set(item.study_instance_uid, row);
    }
    fill(row, item);
    return row;
  }

  /** The rows passed by above stand too early now. */
  #sort(body) {
    let at = body.firstElementChild;
    for (const item of this.#shown) {
      const row = this.#rows.get(item.study_instance_uid);
      if (row === at) at = at.nextElementSibling;
      else if (body.moveBefore) body.moveBefore(row, at);
      else body.insertBefore(row, at);
    }
  }

  /** Only the selected row says so, and only one can be reached by Tab: the selected one, else the first. */
  #mark() {
    const selected = this.#rows.get(this.selected) ?? null;
    const isShown = selected?.isConnected ?? false;
    const reachable = isShown ? selected : this.#rows.get(this.#shown[0]?.study_instance_uid) ?? null;
    if (selected !== this.#selectedRow) {
      this.#selectedRow?.setAttribute("aria-selected", "false");
      selected?.setAttribute("aria-selected", "true");
      this.#selectedRow = selected;
    }
    if (reachable !== this.#reachableRow) {
      if (this.#reachableRow) this.#reachableRow.tabIndex = -1;
      if (reachable) reachable.tabIndex = 0;
      this.#reachableRow = reachable;
    }
  }

  #offer(id, values) {
    const select = byID(id);
    const wanted = [...new Set(values.filter(Boolean))].sort();
    if (select.dataset.values === wanted.join("\n")) return;
    select.dataset.values = wanted.join("\n");
    const chosen = select.value;
    if (chosen && !wanted.includes(chosen)) wanted.push(chosen);
    select.replaceChildren(element("option", { value: "" }, `every ${id}`), ...wanted.map(value => element("option", { value }, value)));
    select.value = chosen;
    select.hidden = wanted.length < 2;
  }

  /** Nothing is hidden without a word. */
  #tellHidden() {
    const hidden = this.items.length - this.#shown.length;
    const critical = this.items.filter(item => item.category === "critical").length - this.#shown.filter(item => item.category === "critical").length;
    setText(byID("hidden-studies"), hidden === 0 ? "" :
      `${counted(hidden, "study", "studies")} not shown${critical ? `, ${critical} of them critical` : ""}; Esc shows all`);
    byID("hidden-studies").classList.toggle("is-grave", critical > 0);
    byID("nothing").hidden = this.#shown.length > 0;
    setText(byID("nothing"), this.items.length === 0 ? "No studies wait." : "No study fits the filter.");
  }

  #tellNew(items) {
    const critical = items.filter(item => item.category === "critical" && item.state !== "reported").map(item => item.study_instance_uid);
    if (this.#known) {
      const fresh = critical.filter(uid => !this.#known.has(uid)).length;
      if (fresh) announce(`${counted(fresh, "new critical study", "new critical studies")} on the list.`, true);
    }
    this.#known = new Set([...(this.#known ?? []), ...critical]);
  }
}

function contains(item, words) {
  const text = [personName(item.patient_name), item.patient_name, item.patient_id, item.accession_number, item.study_description, item.body_part, item.reader ?? ""].join(" ").toLowerCase();
  return words.every(word => text.includes(word));
}

export const list = new List();
