// The draft of a study: read, edited, signed, rejected, corrected. A draft never looks like a report.

import { announce, ask, element, fill, setText } from "./elements.js";
import { service } from "./service.js";
import { session } from "./session.js";
import { when } from "./words.js";

/** Tells "changed" once something was done. */
export class Draft extends EventTarget {
  node = element("section", { class: "draft", "aria-label": "Draft report" });
  #draft = null;
  /** What the person has typed; null while nobody edits. */
  #editor = null;

  /** True while there is text that is not signed. */
  get isEdited() { return this.#editor !== null && this.#editor.value !== this.#body; }

  show(draft) {
    const before = this.#draft;
    this.#draft = draft?.id ? draft : null;
    const isSame = before && this.#draft && before.id === this.#draft.id && before.state === this.#draft.state && before.versions?.length === this.#draft.versions?.length;
    // What somebody is typing is not taken away: they are told that it holds no more.
    if (this.#editor && before && !isSame) { this.#tellOvertaken(); return; }
    if (!this.#editor) this.#draw();
  }

  key(event) {
    if (event.key === "e") this.#edit();
    else if (event.key === "s") this.#sign();
    else return false;
    return true;
  }

  get #body() { return this.#draft?.versions?.at(-1)?.body ?? ""; }
  get #isOpen() { return this.#draft?.state === "drafted"; }
  get #path() { return `/reports/${encodeURIComponent(this.#draft.id)}`; }

  #draw() {
    const draft = this.#draft;
    this.#editor = null;
    this.node.hidden = !draft;
    if (!draft) return;
    this.node.className = `draft ${draft.state}`;
    const last = draft.versions?.at(-1);
    const isOpen = this.#isOpen, maySign = session.may("sign");
    const heading = { drafted: "DRAFT", signed: draft.versions?.length > 2 ? "Report, corrected" : "Report, signed", rejected: "Draft, rejected", superseded: "Draft, withdrawn" }[draft.state];
    const who = {
      drafted: `by ${last?.by ?? "a program"}`,
      signed: `by ${last?.by}, ${last ? when(last.at) : ""}`,
    }[draft.state] ?? draft.standing ?? "";
    const withdrawn = draft.state === "rejected" || draft.state === "superseded";
    fill(this.node,
      element("h3", {}, element("span", { class: "stamp" }, heading), element("span", { class: "quiet" }, ` ${who}`)),
      element("p", { class: "words", tabindex: "0", lang: draft.language, "aria-label": heading }, ...this.#marked(withdrawn ? last?.body ?? "" : draft.text ?? last?.text ?? "")),
      draft.versions?.length > 1 && element("details", {}, element("summary", {}, "Earlier texts"),
        draft.versions.slice(0, -1).reverse().map(version => element("div", {}, element("p", { class: "quiet" }, `${version.by}, ${when(version.at)}`), element("p", { class: "words" }, version.body)))),
      maySign && (isOpen || draft.state === "signed") && element("p", { class: "buttons" },
        isOpen && element("button", { type: "button", class: "main", title: "Sign the draft as it stands (s)", onclick: () => this.#sign() }, "Sign…"),
        element("button", { type: "button", title: "Change the text (e)", onclick: () => this.#edit() }, isOpen ? "Edit" : "Correct"),
        isOpen && element("button", { type: "button", onclick: () => this.#reject() }, "Reject…")));
  }

  /** The first lines of a draft say that it is one: they stand out. */
  #marked(text) { return text.split("\n").flatMap((line, index) => [index ? "\n" : "", this.#isOpen && /DRAFT|ENTWURF/.test(line) ? element("strong", {}, line) : line]); }

  #edit() {
    if (!session.may("sign") || !this.#draft || this.#editor || !(this.#isOpen || this.#draft.state === "signed")) return;
    const isOpen = this.#isOpen;
    this.#editor = element("textarea", { class: "words", rows: "14", maxlength: "20000", spellcheck: "true", lang: this.#draft.language, "aria-label": isOpen ? "Text to sign" : "Corrected text" });
    this.#editor.value = this.#body;
    fill(this.node,
      element("h3", {}, element("span", { class: "stamp" }, isOpen ? "DRAFT" : "Correction"), element("span", { class: "quiet" }, " being edited here; nobody else sees this text before it is signed")),
      element("p", { class: "problem", role: "alert" }),
      this.#editor,
      element("p", { class: "buttons" },
        element("button", { type: "button", class: "main", onclick: () => isOpen ? this.#sign() : this.#correct() }, isOpen ? "Sign this text…" : "Sign the correction…"),
        element("button", { type: "button", onclick: () => this.#giveUp() }, "Discard changes")));
    this.#editor.focus();
    this.#editor.setSelectionRange(0, 0);
  }

  #giveUp() {
    this.#draw();
    this.node.querySelector("button")?.focus();
  }

  #tellOvertaken() {
    setText(this.node.querySelector(".problem"), `This text can't be signed any more: ${this.#draft?.standing ?? "the draft was withdrawn"}. Copy what you need, then discard.`);
    for (const button of this.node.querySelectorAll("button.main")) button.disabled = true;
  }

  async #sign() {
    if (!session.may("sign") || !this.#isOpen) return;
    const text = this.isEdited ? this.#editor.value : undefined;
    await this.#do({
      title: text === undefined ? "Sign the draft as it stands" : "Sign your text",
      sentence: `It becomes a final report${session.isOpen ? "" : ` by ${session.name}`}, goes to the receivers, and the study leaves the list.`,
      button: "Sign", said: "Signed.",
    }, "sign", text === undefined ? {} : { text });
  }

  async #correct() {
    await this.#do({ title: "Sign the correction", sentence: "It goes to the receivers; the earlier text is kept.", button: "Sign", said: "Corrected." }, "correct", { text: this.#editor.value });
  }

  async #reject() {
    await this.#do({
      title: "Reject the draft", sentence: "The receivers are told that it is withdrawn; the study stays on the list.", button: "Reject", said: "Rejected.",
      fields: [{ name: "reason", label: "Why", isLong: true }],
    }, "reject", {});
  }

  async #do({ title, sentence, button, said, fields = [] }, act, body) {
    const draft = await ask({
      title, sentence, button, fields: [...session.nameFields, ...fields],
      act: typed => service.act("POST", `${this.#path}/${act}`, { ...session.by(typed), ...body, ...(fields.length ? { reason: typed.reason } : {}) }),
    });
    if (!draft) return;
    announce(said);
    this.#editor = null;
    this.dispatchEvent(new Event("changed"));
  }
}
