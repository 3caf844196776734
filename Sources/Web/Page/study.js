// One study: its film, what the machine says and why, and what a person does with it.

import { announce, ask, byID, element, field, fill, setText } from "./elements.js";
import { Draft } from "./draft.js";
import { Film } from "./film.js";
import { list } from "./list.js";
import { service } from "./service.js";
import { session } from "./session.js";
import { counted, dicomDate, figure, marks, personName, span, waiting, when } from "./words.js";

/** Tells "closed". */
class Study extends EventTarget {
  uid = null;
  #explained = null;
  #item = null;
  #film = null;
  #draft = null;
  #parts = {};

  get isOpen() { return this.uid !== null; }
  get isEdited() { return this.#draft?.isEdited ?? false; }

  async open(uid) {
    if (uid === this.uid) return;
    this.#empty();
    this.uid = uid;
    this.#build();
    byID("study").hidden = false;
    document.body.classList.add("has-study");
    this.#item = list.item(uid);
    this.#tell();
    await this.refresh({ isUnattended: false });
    if (this.uid === uid) byID("study-name").focus({ preventScroll: true });
  }

  close() {
    if (!this.isOpen) return;
    this.#empty();
    byID("study").hidden = true;
    document.body.classList.remove("has-study");
    this.dispatchEvent(new Event("closed"));
  }

  /** After the list has changed. */
  async refresh({ isUnattended = true } = {}) {
    const uid = this.uid;
    if (!uid) return;
    this.#item = list.item(uid) ?? this.#item;
    try {
      const explained = await service.get(`/explain/${encodeURIComponent(uid)}`, { isUnattended });
      if (uid !== this.uid) return;
      this.#explained = this.#item = explained;
      setText(this.#parts.problem, "");
      this.#tell();
    } catch (error) {
      if (uid === this.uid) setText(this.#parts.problem, error.message);
    }
  }

  tick() { if (this.#item) this.#tellWait(); }

  key(event) {
    if (!this.isOpen) return false;
    if (event.key === "c") this.#claim();
    else if (event.key === "p" && session.may("pin")) this.#pin();
    else return this.#film.key(event) || this.#draft.key(event);
    return true;
  }

  #empty() {
    this.#film?.leave();
    this.uid = this.#explained = this.#item = this.#film = this.#draft = null;
    byID("study").replaceChildren();
  }

  #build() {
    const section = (title, id) => element("section", { id, "aria-label": title, hidden: true }, element("h3", {}, title));
    const parts = this.#parts = {
      problem: element("p", { class: "problem", role: "alert" }),
      heading: element("header", {}, element("button", { type: "button", class: "back", title: "Back to the list (Esc)", onclick: () => this.close() }, "← List"),
        element("h2", { id: "study-name", tabindex: "-1" }), element("span", { class: "tag" }), element("span", { class: "wait" })),
      acts: element("p", { class: "buttons" }),
      next: element("p", { class: "next" }),
      conflicts: element("ul", { class: "conflicts" }),
      facts: element("dl", { class: "facts" }),
      findings: section("Findings", "findings"), narrative: section("For the reader", "narrative"), reasons: section("Why it stands here", "reasons"), undrafted: section("No draft", "undrafted"),
      order: section("Order", "order"), earlier: section("Earlier studies", "earlier"), outcomes: section("Reports", "outcomes"), history: section("History", "history"),
    };
    this.#film = new Film();
    this.#film.node.hidden = true;
    this.#draft = new Draft();
    this.#draft.node.hidden = true;
    this.#draft.addEventListener("changed", () => { this.refresh(); service.refresh(); });
    byID("study").replaceChildren(parts.problem, parts.heading,
      element("div", { class: "columns" }, this.#film.node,
        element("div", { class: "told" }, parts.next, parts.conflicts, parts.acts, this.#draft.node, parts.findings, parts.narrative, parts.reasons, parts.undrafted, parts.facts, parts.order, parts.earlier, parts.outcomes, parts.history)));
  }

  #tell() {
    const item = this.#item, parts = this.#parts;
    if (!item) return;
    const [, name, tag] = parts.heading.children;
    name.replaceChildren(`${item.rank}. `, element("bdi", {}, personName(item.patient_name)));
    tag.dataset.category = item.category;
    setText(tag, `${marks[item.category]} ${item.category}`);
    this.#tellWait();
    setText(parts.next, item.next_step);
    parts.conflicts.replaceChildren(...item.conflicts.map(conflict => element("li", {}, conflict)));
    parts.facts.replaceChildren(...field("Patient ID", item.patient_id), ...field("Accession", item.accession_number),
      ...field("Exam", [item.modality, item.body_part, item.study_description].filter(Boolean).join(" ")), ...field("Images", String(item.images)),
      ...field("Patient is", item.patient_class === "unknown" ? "" : item.patient_class), ...field("Location", item.location), ...field("Ordered as", item.order_priority),
      ...field("State", item.state), ...field("Reader", item.reader), ...field("Put first by", item.pinned_by), ...field("Received", when(item.received_at)),
      ...field("Due", item.due_at && when(item.due_at)), ...field("Study UID", item.study_instance_uid, { class: "uid" }));
    this.#tellActs(item);
    const explained = this.#explained;
    if (!explained) return;
    this.#film.study(this.uid, explained.instances ?? []);
    this.#draft.show(explained.draft);
    this.#tellFindings(explained);
    this.#fill(parts.narrative, (explained.narrative ?? []).map(sentence => element("p", { title: sentence.sources.map(source => `${source.kind}: ${source.place}`).join("\n") }, byNumber(sentence.text, explained.instances ?? []))));
    const undrafted = explained.draft?.reasons ?? [];
    this.#fill(parts.undrafted, undrafted.length ? [element("details", {}, element("summary", {}, counted(undrafted.length, "reason")), element("ul", {}, undrafted.map(reason => element("li", {}, reason))))] : []);
    this.#tellReasons(explained);
    this.#tellOrder(explained.order);
    this.#fill(parts.earlier, (explained.earlier_studies ?? []).map(earlier => element("p", {},
      element("b", {}, dicomDate(earlier.study_date) || "no date"), ` ${earlier.study_description || "no description"} · ${earlier.category}`,
      earlier.open_finding ? element("strong", {}, ", not reported: an open finding") : earlier.report ? "" : `, ${earlier.state}`,
      earlier.report && element("span", { class: "words quiet" }, earlier.report))));
    this.#fill(parts.outcomes, (explained.outcomes ?? []).map(outcome => element("div", {},
      element("p", { class: "quiet" }, `${outcome.status}${outcome.author ? ` by ${personName(outcome.author)}` : ""}, ${when(outcome.received_at)}`), element("p", { class: "words" }, outcome.text))));
    this.#fill(parts.history, [element("details", {}, element("summary", {}, counted(explained.history.length, "event")),
      element("ol", {}, explained.history.map(line => element("li", {}, `${when(line.time)} ${line.event} by ${line.actor}`))))]);
  }

  #tellWait() {
    const { waited, limit, level } = waiting(this.#item, service.now);
    const node = this.#parts.heading.children[3];
    node.dataset.level = level;
    setText(node, `${span(waited)}${limit === null ? "" : `/${span(limit)}`}${level === "past" ? ", PAST its limit" : level === "near" ? ", near its limit" : ""}`);
  }

  #tellActs(item) {
    const acts = this.#parts.acts;
    const wanted = [item.state !== "reported" && session.may("claim") && (!item.reader ? "claim" : item.reader === session.name || session.isOpen || session.may("releaseAny") ? "release" : null),
      item.state !== "reported" && session.may("pin") && (item.pinned_by ? "unpin" : "pin")].filter(Boolean);
    if (acts.dataset.wanted === wanted.join()) return;
    acts.dataset.wanted = wanted.join();
    const focused = acts.contains(document.activeElement);
    const buttons = {
      claim: ["Read it", "So that nobody else does (c)", () => this.#claim()], release: ["Give it back", "For another reader (c)", () => this.#claim()],
      pin: ["Put first…", "With a reason (p)", () => this.#pin()], unpin: ["Back to its turn…", "With a reason (p)", () => this.#pin()],
    };
    acts.replaceChildren(...wanted.map(name => element("button", { type: "button", title: buttons[name][1], onclick: buttons[name][2] }, buttons[name][0])));
    if (focused) acts.querySelector("button")?.focus();
  }

  #tellFindings(explained) {
    const findings = Object.entries(explained.findings).sort((one, other) => other[1] - one[1]);
    const images = explained.instances ?? [];
    const from = label => {
      const films = images.filter(image => image.is_scored && label in (image.findings ?? {}));
      const best = films.sort((one, other) => other.findings[label] - one.findings[label])[0];
      return films.length > 1 ? `image ${images.indexOf(best) + 1}` : "";
    };
    const model = explained.model;
    const kind = explained.calibrated ? "calibrated probability" : "score, not calibrated";
    this.#fill(this.#parts.findings, findings.length === 0 ? [element("p", {}, explained.unscored_reason ?? "not scored yet")] : [
      element("table", {},
        element("caption", {}, `${kind} · ${model ? `${model.name} ${model.version}` : ""}`),
        element("tbody", {}, findings.map(([label, value]) => element("tr", {}, element("th", { scope: "row" }, label), element("td", { class: "figure" }, figure(value)),
          element("td", { "aria-hidden": "true" }, meter(value)), element("td", { class: "quiet" }, from(label)))))),
    ]);
    for (const image of images.filter(image => image.unscored_reason)) {
      this.#parts.findings.append(element("p", { class: "quiet" }, `image ${images.indexOf(image) + 1}: ${image.unscored_reason}`));
    }
  }

  #tellReasons(explained) {
    const number = value => value >= 100 ? value.toFixed(0) : value.toPrecision(3);
    this.#fill(this.#parts.reasons, [
      element("ol", {}, explained.reasons.map(reason => element("li", {}, reason))),
      element("details", {}, element("summary", {}, `Index ${number(explained.index)}, term by term`),
        element("table", {}, element("tbody", {}, explained.terms.map(term => element("tr", {}, element("th", { scope: "row" }, term.name),
          element("td", { class: "figure" }, number(term.value)), element("td", { class: "quiet" }, term.probability == null ? "" : `probability ${figure(term.probability)}`))))),
        element("p", { class: "quiet" }, explained.formula)),
    ]);
  }

  #tellOrder(order) {
    this.#fill(this.#parts.order, order ? [element("dl", { class: "facts" },
      ...field("Asks", order.reason, { class: "asks" }), ...field("Procedure", order.procedure), ...field("Priority", order.priority ?? order.order_priority),
      ...field("Ordered by", order.ordering_provider && personName(order.ordering_provider)), ...field("Location", order.location), ...field("Order number", order.placer_order_number))] : []);
  }

  /** Puts content under a section's heading; a section without any is not shown. What is open stays open. */
  #fill(section, content) {
    const wasOpen = section.querySelector("details")?.open ?? false;
    fill(section, section.firstElementChild, content);
    section.hidden = content.length === 0;
    if (wasOpen) section.querySelector("details").open = true;
  }

  async #claim() {
    const item = this.#item;
    if (!item || !session.may("claim") || item.state === "reported") return;
    const act = item.reader ? "release" : "claim";
    await this.#act(act, { title: act === "claim" ? "Read this study" : "Give this study back", button: act === "claim" ? "Read it" : "Give it back" }, item.reader ? "Given back." : "You read it now.");
  }

  async #pin() {
    const isPinned = Boolean(this.#item?.pinned_by);
    await this.#act(isPinned ? "unpin" : "pin", {
      title: isPinned ? "Back to its turn" : "Put this study first", button: isPinned ? "Back to its turn" : "Put first",
      fields: [{ name: "reason", label: "Why" }],
    }, isPinned ? "It stands in its turn again." : "It is first now.");
  }

  async #act(act, { title, button, fields = [] }, said) {
    const path = `/studies/${encodeURIComponent(this.uid)}/${act}`;
    const send = typed => service.act("POST", path, { ...session.by(typed), ...(typed.reason ? { reason: typed.reason } : {}) });
    const asked = [...session.nameFields, ...fields];
    try {
      // What needs neither a name nor a reason is done at once.
      if (asked.length === 0) await send({});
      else if (!await ask({ title, button, fields: asked, act: send })) return;
      announce(said);
      await this.refresh();
      service.refresh();
    } catch (error) {
      setText(this.#parts.problem, error.message);
    }
  }
}

/** Images by their number on this page instead of by their UID. */
function byNumber(text, images) {
  return images.reduce((said, image, index) => said.replaceAll(`image ${image.sop_instance_uid}`, images.length > 1 ? `image ${index + 1}` : "the image"), text);
}

function meter(value) {
  const bar = element("i");
  bar.style.inlineSize = `${Math.round(value * 100)}%`;
  return element("span", { class: "bar" }, bar);
}

export const study = new Study();
