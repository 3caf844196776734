// Elements without markup from text: everything that comes from outside is set as text.

/**
 * Makes an element.
 *
 *     element("button", { type: "button", onclick: sign }, "Sign")
 *
 * Names that begin with "on" are listeners; true sets an empty attribute; false, null and undefined set none.
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value == null) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  return fill(made, ...children);
}

/** Puts children in the place of those that are there; what is false or nothing is left out. */
export function fill(node, ...children) {
  node.replaceChildren(...children.flat().filter(child => child != null && child !== false && child !== ""));
  return node;
}

export const byID = id => document.getElementById(id);

/** Sets text only where it differs, so that a screen reader isn't told what it knows. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A term and what is said of it, for a `dl`; nothing where there is nothing to say. */
export const field = (label, value, attributes) => value ? [element("dt", {}, label), element("dd", attributes, value)] : [];

/** Says something to a screen reader; `now` interrupts. */
export function announce(sentence, now = false) {
  const region = byID(now ? "told-now" : "told");
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = sentence; });
}

/**
 * Asks before something is done. Resolves to what was typed, by name, or null where it was called off.
 *
 *     await ask({ title: "Reject the draft", button: "Reject", fields: [{ name: "reason", label: "Why", isLong: true }] })
 *
 * `act` does the deed; where it throws, its sentence is shown and the dialog stays.
 */
export function ask({ title, sentence, button, fields = [], act }) {
  return new Promise(resolve => {
    const inputs = fields.map(({ name, label, value = "", isLong, autocomplete = "off" }) => ({
      name, label,
      input: element(isLong ? "textarea" : "input", { id: `ask-${name}`, name, required: true, autocomplete, rows: isLong ? 3 : null, maxlength: 500 }),
      value,
    }));
    const problem = element("p", { class: "problem", role: "alert" });
    const confirm = element("button", { class: "main" }, button);
    const form = element("form", { method: "dialog", novalidate: true },
      element("h2", { id: "ask-title" }, title),
      sentence && element("p", {}, sentence),
      inputs.map(({ name, label, input }) => element("p", {}, element("label", { for: `ask-${name}` }, label), input)),
      problem,
      element("p", { class: "buttons" }, confirm, element("button", { type: "button", onclick: () => dialog.close() }, "Cancel")));
    const dialog = element("dialog", { "aria-labelledby": "ask-title" }, form);
    for (const { input, value } of inputs) input.value = value;
    let answer = null;
    form.addEventListener("submit", async event => {
      event.preventDefault();
      const typed = Object.fromEntries(inputs.map(({ name, input }) => [name, input.value.trim()]));
      const empty = inputs.find(({ name }) => !typed[name]);
      if (empty) { problem.textContent = `${empty.label} is missing.`; empty.input.focus(); return; }
      confirm.disabled = true;
      try {
        answer = await act(typed) ?? typed;
        dialog.close();
      } catch (error) {
        problem.textContent = error.message;
        confirm.disabled = false;
      }
    });
    const before = document.activeElement;
    dialog.addEventListener("close", () => { dialog.remove(); before?.focus?.(); resolve(answer); });
    document.body.append(dialog);
    dialog.showModal();
  });
}
