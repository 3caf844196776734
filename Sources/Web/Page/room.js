// The room at a glance: who waits, what runs, what is wrong.

import { announce, ask, byID, element, setText } from "./elements.js";
import { list } from "./list.js";
import { service } from "./service.js";
import { session } from "./session.js";
import { categories, counted, marks, span, waiting, when } from "./words.js";

let knownAlarms = null;

export function makeCategories() {
  byID("categories").replaceChildren(...categories.map(category => element("button", {
    type: "button", "data-category": category, "aria-pressed": "false", title: `Only ${category}`, onclick: () => list.filter(category),
  }, element("b", {}, "0"), ` ${marks[category]} ${category}`)));
}

/** Counts the list that is shown, so that the figures and the rows are of one moment. */
export function tellFigures() {
  const open = list.items.filter(item => item.state !== "reported");
  for (const chip of byID("categories").children) setText(chip.firstElementChild, String(open.filter(item => item.category === chip.dataset.category).length));
  const levels = open.map(item => waiting(item, service.now).level);
  const past = levels.filter(level => level === "past").length, near = levels.filter(level => level === "near").length;
  setText(byID("past"), `${past} past limit`);
  byID("past").classList.toggle("is-grave", past > 0);
  setText(byID("near"), `${near} near`);
  byID("near").classList.toggle("is-near", near > 0);
  const oldest = open.reduce((one, other) => one && one.received_at <= other.received_at ? one : other, null);
  setText(byID("waiting"), `${open.length.toLocaleString("en")} waiting`);
  setText(byID("oldest"), oldest ? `oldest ${span(waiting(oldest, service.now).waited)}, place ${oldest.rank}` : "");
  const critical = open.filter(item => item.category === "critical").length;
  document.title = `${critical ? `${critical} critical · ` : ""}${open.length} · FirstRead`;
}

export async function tellRoom() {
  try {
    const room = await service.get("/room", { isUnattended: true });
    tellAlarms(room.alarms);
    tellStages(room);
  } catch { /* the list says when the service is gone */ }
}

export function emptyRoom() {
  byID("alarms").replaceChildren();
  byID("stages").replaceChildren();
  knownAlarms = null;
  document.title = "FirstRead";
}

function tellAlarms(alarms) {
  const fresh = alarms.filter(alarm => !alarm.acknowledged_by && knownAlarms && !knownAlarms.has(alarm.id));
  if (fresh.length) announce(`Alarm: ${fresh.map(alarm => alarm.text).join(". ")}`, true);
  knownAlarms = new Set(alarms.map(alarm => alarm.id));
  const focused = document.activeElement?.dataset?.alarm;
  const sorted = [...alarms].sort((one, other) => Boolean(one.acknowledged_by) - Boolean(other.acknowledged_by));
  byID("alarms").replaceChildren(...sorted.map(alarm => element("li", { class: alarm.acknowledged_by ? "is-acknowledged" : null },
    element("span", { class: "text" }, alarm.text, alarm.what_to_do && element("span", { class: "what-to-do" }, ` ${alarm.what_to_do}`)),
    element("span", { class: "since" }, `since ${when(alarm.since)}`),
    alarm.acknowledged_by
      ? element("span", { class: "since" }, `seen by ${alarm.acknowledged_by}, ${when(alarm.acknowledged_at)}`)
      : session.may("acknowledge") && element("button", { type: "button", "data-alarm": alarm.id, onclick: () => acknowledge(alarm) }, "Acknowledge"))));
  if (focused) document.querySelector(`[data-alarm="${CSS.escape(focused)}"]`)?.focus();
}

async function acknowledge(alarm) {
  const path = `/alarms/${encodeURIComponent(alarm.id)}/acknowledge`;
  await ask({
    title: "Acknowledge the alarm", sentence: alarm.text, button: "Acknowledge", fields: session.nameFields,
    act: typed => service.act("POST", path, session.by(typed)),
  });
  tellRoom();
}

/** The parts of the service, in one line; what is wrong stands out. */
function tellStages(room) {
  const stages = [];
  const add = (text, isWrong = false) => stages.push(element("li", { class: isWrong ? "is-wrong" : null }, text));
  if (room.listener) add(`listener: ${room.listener.last_received_at ? `last object ${when(room.listener.last_received_at, service.now)}` : "no object yet"}`);
  if (room.scorer) add(`scorer: ${room.scorer.queued} queued${room.scorer.failed_total ? `, ${room.scorer.failed_total} not scored` : ""}`);
  for (const receiver of room.receivers ?? []) {
    const trouble = [!receiver.is_up && "down", receiver.waiting && `${counted(receiver.waiting, "message")} wait`, receiver.set_aside && `${receiver.set_aside} set aside`].filter(Boolean);
    add(`${receiver.name}: ${trouble.join(", ") || "up"}`, !receiver.is_up || receiver.set_aside > 0);
  }
  if (room.disk) add(`disk: ${Math.round(room.disk.free_bytes / 2 ** 30)} GB free`, room.disk.is_low);
  byID("stages").replaceChildren(...stages);
}
