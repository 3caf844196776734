// How long studies wait, by category, against their limits: as the service draws it, and as a table.

import { byID, element } from "./elements.js";
import { service } from "./service.js";

const periods = [{ days: 1, title: "Last 24 hours" }, { days: 7, title: "Last 7 days" }];

export async function showWaits() {
  const host = byID("waits");
  try {
    const parts = await Promise.all(periods.map(async period => part(period, await service.get(`/waits?days=${period.days}`))));
    host.replaceChildren(element("h2", { tabindex: "-1" }, "Waits, from the first image to the report"), ...parts);
    host.querySelector("h2").focus();
  } catch (error) {
    host.replaceChildren(element("p", { class: "problem", role: "alert" }, error.message));
  }
}

function part({ days, title }, waits) {
  const minutes = value => value == null ? "–" : value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString("en");
  const cells = wait => [minutes(wait.limit_minutes), wait.n.toLocaleString("en"), minutes(wait.median_minutes), minutes(wait.p95_minutes), minutes(wait.mean_minutes),
    wait.past_limit.toLocaleString("en"), wait.open.toLocaleString("en"), minutes(wait.open_oldest_minutes)];
  return element("section", { "aria-label": title },
    element("h3", {}, title),
    element("img", { src: `/api/v1/waits.svg?days=${days}`, alt: `${title}: waits by category against their limits; the table below has the figures` }),
    element("div", { class: "scrolls", tabindex: "0", role: "region", "aria-label": `${title}: figures` },
      element("table", {},
        element("caption", {}, "Minutes. Read: median, 95 % within, mean, and how many past their limit. Open: how many still wait, and the oldest."),
        element("thead", {}, element("tr", {}, ["category", "limit", "read", "median", "95 %", "mean", "past limit", "open", "oldest open"].map(name => element("th", { scope: "col" }, name)))),
        element("tbody", {}, waits.map(wait => element("tr", { "data-category": wait.category }, element("th", { scope: "row" }, wait.category), cells(wait).map(text => element("td", { class: "figure" }, text))))))));
}
