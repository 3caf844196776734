// Figures and names in words; the same words as the board's. Pure functions.

export const categories = ["critical", "urgent", "routine", "likely-normal", "unscored"];

/** What tells a category where colours are not seen. */
export const marks = { "critical": "■", "urgent": "▲", "routine": "–", "likely-normal": "○", "unscored": "?" };

const nearShare = 0.75;

/** A span of time as short as it can be read across a room: "59m", "1h05", "10h", "3d". */
export function span(seconds) {
  const minutes = Math.floor(Math.max(0, seconds) / 60);
  if (minutes < 60) return `${minutes}m`;
  if (minutes < 600 && minutes % 60) return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, "0")}`;
  return minutes < 2880 ? `${Math.floor(minutes / 60)}h` : `${Math.floor(minutes / 1440)}d`;
}

/** A probability with two digits, never rounded to certainty: "0.83", "<0.01", ">0.99". */
export function figure(value) {
  if (value > 0 && value < 0.005) return "<0.01";
  if (value < 1 && value >= 0.995) return ">0.99";
  return value.toFixed(2);
}

/** A DICOM person name (PS3.5 section 6.2): "Yamada^Tarou=山田^太郎" is "Yamada Tarou (山田 太郎)". */
export function personName(value) {
  const [alphabetic = "", ideographic = "", phonetic = ""] = value.split("=").map(group => group.split(/[\^ ]/).filter(Boolean).join(" "));
  if (alphabetic && ideographic && alphabetic !== ideographic) return `${alphabetic} (${ideographic})`;
  return alphabetic || ideographic || phonetic || "(no name)";
}

/** How long a study has waited at a moment (milliseconds), and how that stands to its limit. */
export function waiting(item, now) {
  const received = Date.parse(item.received_at);
  const waited = Math.max(0, now - received) / 1000;
  if (!item.due_at) return { waited, limit: null, share: 0, level: "without" };
  const limit = Math.max(0, Date.parse(item.due_at) - received) / 1000;
  const level = waited >= limit ? "past" : waited >= nearShare * limit ? "near" : "within";
  return { waited, limit, share: limit > 0 ? Math.min(1, waited / limit) : 1, level };
}

/** The finding that the category rests on, as the reasons name it; else the most probable one. */
export function leadingFinding(item) {
  for (const reason of item.reasons) {
    const found = Object.entries(item.findings).find(([label]) => reason.startsWith(`${label} `));
    if (found) return found;
  }
  return Object.entries(item.findings).sort((one, other) => other[1] - one[1])[0] ?? null;
}

export function whyUnscored(item) {
  return item.unscored_reason ?? { receiving: "images are coming", queued: "being scored" }[item.state] ?? "not scored";
}

export const timeOfDay = moment => new Date(moment).toLocaleTimeString("en-GB");

/** "14:32", with the day where it is another one than today. */
export function when(moment, now = Date.now()) {
  const date = new Date(moment);
  const time = date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const isToday = date.toDateString() === new Date(now).toDateString();
  return isToday ? time : `${date.toLocaleDateString("en-CA")} ${time}`;
}

/** "1 study", "2 studies". */
export const counted = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

/** A DICOM date (DA) as people write it: "20260301" is "2026-03-01". */
export const dicomDate = text => text.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3");
