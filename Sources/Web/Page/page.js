// The page: which view is shown, which key does what, and what is said when the service is gone.

import { announce, byID, setText } from "./elements.js";
import { list } from "./list.js";
import { emptyRoom, makeCategories, tellFigures, tellRoom } from "./room.js";
import { service } from "./service.js";
import { session } from "./session.js";
import { study } from "./study.js";
import { showWaits } from "./waits.js";
import { timeOfDay } from "./words.js";

const roomMilliseconds = 15_000, waitsMilliseconds = 5_000;

/** The place in the address: "" the list, "waits", or a study by its Study Instance UID. */
function place() {
  const [view, uid] = location.hash.replace(/^#\/?/, "").split("/");
  return view === "study" && uid ? { view, uid: decodeURIComponent(uid) } : { view: view === "waits" ? "waits" : "list" };
}

function go(hash) { if (location.hash !== hash) location.hash = hash; }

function arrive() {
  if (session.name === null) return;
  const { view, uid } = place();
  if (study.isEdited && uid !== study.uid && !mayLeave()) { history.replaceState(null, "", `#/study/${study.uid}`); return; }
  byID("waits").hidden = view !== "waits";
  byID("room").hidden = view === "waits";
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === (view === "waits" ? "#/waits" : "#/")) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (view === "study") { list.select(uid); study.open(uid); } else study.close();
  if (view === "waits") showWaits();
}

let hasFailed = false;

/** Says that the service is gone, and since when; greys what was last known. */
function tellSilence() {
  const isSilent = session.name !== null && (hasFailed || service.isSilent);
  setText(byID("age"), service.heardAt === null ? "" : `Last heard ${timeOfDay(service.heardAt)}`);
  if (isSilent === document.body.classList.contains("is-silent")) return;
  document.body.classList.toggle("is-silent", isSilent);
  byID("silence").hidden = !isSilent;
  const since = service.heardAt === null ? "" : ` since ${timeOfDay(service.heardAt)}`;
  setText(byID("silence"), isSilent ? `The service does not answer${since}. ${list.items.length ? "This list is as it was then: look at the PACS." : "There is no list: look at the PACS."} The page comes back by itself.` : "");
  if (!isSilent) announce("The service answers again.");
}

service.addEventListener("silent", () => { hasFailed = true; tellSilence(); });
service.addEventListener("heard", () => { hasFailed = false; tellSilence(); });
service.addEventListener("worklist", ({ detail }) => {
  list.show(detail);
  tellFigures();
  study.refresh();
  tellRoom();
});
service.addEventListener("signed-out", () => session.lose());

session.addEventListener("in", () => {
  byID("sign-in").hidden = true;
  byID("in").hidden = false;
  byID("open").hidden = !session.isOpen;
  byID("who").hidden = session.isOpen;
  setText(byID("who-name"), session.name);
  byID("who").title = session.roles.join(", ");
  service.follow();
  arrive();
});
session.addEventListener("out", ({ detail }) => {
  service.leave();
  study.close();
  list.empty();
  emptyRoom();
  byID("waits").replaceChildren();
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  byID("in").hidden = true;
  byID("sign-in").hidden = false;
  byID("ending").hidden = true;
  setText(byID("sign-in-told"), detail ?? "");
  byID("password").value = "";
  byID(byID("name").value ? "password" : "name").focus();
});

byID("sign-in-form").addEventListener("submit", async event => {
  event.preventDefault();
  const button = event.submitter ?? event.target.querySelector("button");
  button.disabled = true;
  setText(byID("sign-in-told"), "");
  try {
    await session.signIn(byID("name").value, byID("password").value);
    byID("password").value = "";
  } catch (error) {
    setText(byID("sign-in-told"), error.message);
    byID("password").select();
  } finally {
    button.disabled = false;
  }
});
byID("sign-out").addEventListener("click", () => { if (mayLeave()) session.signOut(); });

list.addEventListener("open", ({ detail }) => go(`#/study/${encodeURIComponent(detail)}`));
study.addEventListener("closed", () => {
  // Whoever signs in again is back at the study.
  if (session.name === null) return;
  if (place().view === "study") history.pushState(null, "", "#/");
  list.focus();
});
for (const id of ["search", "modality", "location"]) byID(id).addEventListener("input", () => list.arrange());
byID("reported").addEventListener("change", event => service.ask(event.target.checked));
byID("help-button").addEventListener("click", () => byID("help").showModal());
byID("help-close").addEventListener("click", () => byID("help").close());
addEventListener("hashchange", arrive);
addEventListener("beforeunload", event => { if (study.isEdited) event.preventDefault(); });

function mayLeave() { return !study.isEdited || confirm("Your text is not signed. Leave it?"); }

const moves = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity, g: -Infinity, G: Infinity };

document.addEventListener("keydown", event => {
  session.touch();
  if (session.name === null || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const isTyping = event.target.matches("input:not([type=range]), textarea, select");
  if (event.key === "Escape") {
    if (event.target.id === "search" && event.target.value === "" || isTyping && event.target.id !== "search") event.target.blur();
    else if (study.isOpen && event.target.id !== "search") { if (mayLeave()) study.close(); }
    else if (list.clear()) list.focus();
    event.preventDefault();
    return;
  }
  if (isTyping) {
    if (event.key === "Enter" && event.target.id === "search") { list.move(-Infinity); event.preventDefault(); }
    return;
  }
  if (event.target.matches("input[type=range]") && /^(Arrow|Page|Home|End)/.test(event.key)) return;
  if (event.key === "/") byID("search").focus();
  else if (event.key === "?") byID("help").showModal();
  else if (event.key === "l") go("#/");
  else if (event.key === "t") go("#/waits");
  else if (event.key === "Enter" && event.target.matches(".row")) list.open();
  else if (study.key(event)) { /* done */ }
  else if (event.key in moves && place().view !== "waits" && isMove(event)) {
    list.move(moves[event.key]);
    if (study.isOpen) list.open();
  }
  else return;
  event.preventDefault();
});

/** Letters move the list wherever one is; arrows and the like only in the list, for elsewhere they scroll. */
function isMove(event) { return event.key.length === 1 || !study.isOpen || byID("list").contains(event.target); }

document.addEventListener("pointerdown", () => session.touch());

makeCategories();
setInterval(() => { session.tick(); tellSilence(); }, 1000);
setInterval(() => { if (session.name !== null) { list.tick(); study.tick(); tellFigures(); } }, waitsMilliseconds);
setInterval(() => { if (session.name !== null && !service.isSilent) tellRoom(); }, roomMilliseconds);
session.begin();
