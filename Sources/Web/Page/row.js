// One row of the list: its cells, and what is written into them.

import { element } from "./elements.js";
import { service } from "./service.js";
import { figure, leadingFinding, marks, personName, span, waiting, whyUnscored } from "./words.js";

export function makeRow(uid) {
  const cell = name => element("div", { role: "gridcell", class: name });
  return element("div", { role: "row", class: "row", "data-uid": uid, "aria-selected": "false", tabindex: "-1" },
    cell("rank"), cell("category"),
    element("div", { role: "gridcell", class: "patient" }, element("span", { class: "name" }, element("bdi")), element("span", { class: "quiet" })),
    element("div", { role: "gridcell", class: "exam" }, element("span"), element("span", { class: "quiet" })),
    element("div", { role: "gridcell", class: "finding" }, element("span"), element("span", { class: "quiet" })),
    element("div", { role: "gridcell", class: "wait" }, element("span", { class: "bar", "aria-hidden": "true" }, element("i")), element("span")),
    cell("order"),
    element("div", { role: "gridcell", class: "state" }, element("span"), element("span", { class: "quiet" })));
}

/** What each row shows now: reading it back from ten thousand rows would take a second. */
const written = new WeakMap();

/** Writes a value where it differs from what stands there. */
function write(row, name, value, act) {
  let known = written.get(row);
  if (!known) written.set(row, known = {});
  if (known[name] === value) return;
  known[name] = value;
  act(value);
}

/** Writes an item into its row. */
export function fill(row, item) {
  const [rank, category, patient, exam, finding, , order, state] = row.children;
  const text = (name, node, value) => write(row, name, value, () => { node.textContent = value; });
  const leading = leadingFinding(item);
  write(row, "row", item.rank, () => row.setAttribute("aria-rowindex", item.rank + 1));
  text("rank", rank, String(item.rank));
  write(row, "category", item.category, () => {
    row.dataset.category = item.category;
    category.replaceChildren(element("span", { class: "tag" }, element("span", { class: "mark", "aria-hidden": "true" }, marks[item.category]), element("span", { class: "word" }, item.category)));
  });
  text("name", patient.firstElementChild.firstElementChild, (item.conflicts.length ? "! " : "") + personName(item.patient_name));
  text("numbers", patient.lastElementChild, [item.patient_id, item.accession_number].filter(Boolean).join(" · "));
  text("exam", exam.firstElementChild, [item.modality, item.body_part].filter(Boolean).join(" "));
  text("place", exam.lastElementChild, item.location ?? item.study_description);
  text("finding", finding.firstElementChild, leading ? `${leading[0]} ${figure(leading[1])}` : whyUnscored(item));
  write(row, "isUnscored", !leading, isUnscored => finding.classList.toggle("is-unscored", isUnscored));
  text("why", finding.lastElementChild, why(item, leading));
  text("order", order, item.order_priority === "ROUTINE" ? "routine" : item.order_priority);
  write(row, "isStrong", item.order_priority !== "ROUTINE", isStrong => order.classList.toggle("is-strong", isStrong));
  text("state", state.firstElementChild, item.state);
  text("who", state.lastElementChild, item.reader ?? (item.pinned_by ? `first: ${item.pinned_by}` : item.draft_report ? "draft" : ""));
  tellWait(row, item);
}

/** What else put it there: what doesn't fit, a person's word or the limit, else what the finding means. */
function why(item, leading) {
  const [first = ""] = item.reasons;
  if (item.conflicts.length) return item.conflicts[0];
  if (/^(put first|past its limit)/.test(first)) return first;
  const about = leading && item.reasons.find(reason => reason.startsWith(`${leading[0]} `));
  return about ? about.slice(about.indexOf(": ") + 2) : item.reasons.find(reason => !/^(unscored|waited|ordered as|in \d+ minutes)/.test(reason)) ?? "";
}

/** How long it waits, against its limit. */
export function tellWait(row, item) {
  const { waited, limit, share, level } = waiting(item, service.now);
  const [bar, text] = row.children[5].children;
  write(row, "share", Math.round(share * 100), percent => { bar.firstElementChild.style.inlineSize = `${percent}%`; });
  write(row, "level", level, () => { row.dataset.level = level; });
  write(row, "wait", `${span(waited)}${limit === null ? "" : `/${span(limit)}`}${level === "past" ? " PAST" : ""}`, words => { text.textContent = words; });
}
