// A film on a canvas: window, zoom, position, and a heat map over it.

import { element, setText } from "./elements.js";
import { service } from "./service.js";
import { figure } from "./words.js";

const smallest = 0.25, largest = 16, step = 1.25;
/** The longest side that is asked for: more as the reader comes nearer. */
const sizes = [1024, 2048, 4096];

/**
 * Shows the images of one study.
 *
 *     const film = new Film();
 *     host.append(film.node);
 *     film.study(uid, images);
 */
export class Film {
  node;
  #canvas; #tools = {};
  #uid = null; #image = null; #images = [];
  #bitmap = null; #map = null;
  /** As the file states them, once the film has come. */
  #own = null;
  #window = null; #range = null;
  #view = { zoom: 1, x: 0, y: 0 };
  #isInverted = false;
  #tool = "window";
  #strength = 0; #finding = "";
  #isAsking = false; #isAskedAgain = false; #leaving = new AbortController();
  #pointers = new Map();

  constructor() {
    this.#canvas = element("canvas", { tabindex: "0", role: "application", "aria-label": "Film", "aria-describedby": "film-keys" });
    const tools = this.#tools;
    tools.images = element("select", { id: "film-image", "aria-label": "Image", onchange: event => this.#show(this.#images[event.target.value]) });
    tools.window = this.#button("Window", "Drag changes the window (w)", () => this.#use("window"));
    tools.move = this.#button("Move", "Drag moves the film (m)", () => this.#use("move"));
    tools.centre = element("input", { id: "film-centre", type: "number", step: "any", onchange: () => this.#typed() });
    tools.width = element("input", { id: "film-width", type: "number", step: "any", min: "1", onchange: () => this.#typed() });
    tools.invert = this.#button("Invert", "Black for white (i)", () => this.#invert());
    tools.fit = element("button", { type: "button", title: "Whole film, its own window (0)", onclick: () => this.#reset() }, "Fit");
    tools.finding = element("select", { id: "map-finding", onchange: event => this.#choose(event.target.value) });
    tools.strength = element("input", { id: "map-strength", type: "range", min: "0", max: "100", value: "0", oninput: event => this.#strengthen(Number(event.target.value)) });
    tools.strengthText = element("output", { for: "map-strength" }, "off");
    tools.map = element("div", { class: "tools map", role: "group", "aria-label": "Heat map" },
      element("label", { for: "map-finding" }, "Heat map"), tools.finding,
      element("label", { for: "map-strength", class: "for-screen-readers" }, "Strength of the heat map"), tools.strength, tools.strengthText,
      element("p", { class: "hint" }, "Where the figure rests on this film; not how high it is."));
    tools.said = element("p", { class: "said", role: "status" });
    this.node = element("section", { class: "film", "aria-label": "Film" },
      element("div", { class: "tools", role: "group", "aria-label": "Film" },
        tools.images, tools.window, tools.move,
        element("label", { for: "film-centre" }, "C"), tools.centre, element("label", { for: "film-width" }, "W"), tools.width,
        tools.invert, tools.fit),
      element("div", { class: "frame" }, this.#canvas, tools.said),
      tools.map,
      element("p", { id: "film-keys", class: "for-screen-readers" },
        "Plus and minus zoom, arrows move the film, with Shift they change the window, i inverts, h shows or hides the heat map, 0 shows the whole film."));
    this.#use("window");
    this.#listen();
    new ResizeObserver(() => this.#draw()).observe(this.#canvas);
  }

  /** The images of a study; the one that was scored comes first. */
  study(uid, images) {
    const films = images.filter(image => image.has_film);
    const ids = films.map(image => image.sop_instance_uid).join();
    if (uid === this.#uid && ids === this.#images.map(image => image.sop_instance_uid).join()) return;
    const shown = uid === this.#uid ? this.#image?.sop_instance_uid : null;
    this.#uid = uid;
    this.#images = films;
    this.#tools.images.replaceChildren(...films.map((image, index) => element("option", { value: index }, name(image, index, films.length))));
    this.#tools.images.hidden = films.length < 2;
    this.node.hidden = films.length === 0;
    if (films.length === 0) { this.#image = null; return; }
    const index = Math.max(0, films.findIndex(image => shown ? image.sop_instance_uid === shown : image.is_scored));
    this.#tools.images.value = String(index);
    if (films[index].sop_instance_uid !== shown) this.#show(films[index]);
  }

  leave() { this.#leaving.abort(); }

  /** True where the key was one of the film's. */
  key(event) {
    const { key, shiftKey } = event;
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    if (arrows && event.target === this.#canvas) {
      if (shiftKey) this.#changeWindow(arrows[0] * 8, arrows[1] * 8);
      else this.#moveBy(-arrows[0] * 40, -arrows[1] * 40);
    } else if (key === "+" || key === "=") this.#zoomBy(step);
    else if (key === "-") this.#zoomBy(1 / step);
    else if (key === "0") this.#reset();
    else if (key === "i") this.#invert();
    else if (key === "h") this.#strengthen(this.#strength > 0 ? 0 : 60);
    else if (key === "w") this.#use("window");
    else if (key === "m") this.#use("move");
    else return false;
    return true;
  }

  #button(text, title, act) { return element("button", { type: "button", title, "aria-pressed": "false", onclick: act }, text); }

  async #show(image) {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    this.#image = image;
    this.#bitmap = this.#map = this.#own = this.#window = null;
    this.#view = { zoom: 1, x: 0, y: 0 };
    this.#canvas.style.aspectRatio = `${image.columns} / ${image.rows}`;
    const findings = Object.entries(image.findings ?? {}).sort((one, other) => other[1] - one[1]);
    const labels = findings.map(([label]) => label);
    this.#tools.finding.replaceChildren(...findings.map(([label, value]) => element("option", { value: label }, `${label} ${figure(value)}`)));
    this.#tools.map.hidden = labels.length === 0;
    if (!labels.includes(this.#finding)) this.#finding = labels[0] ?? "";
    this.#tools.finding.value = this.#finding;
    this.#draw();
    this.#load();
    if (this.#strength > 0) this.#loadMap();
  }

  /** Asks for the film as it is wanted now; one picture at a time, the last wish wins. */
  async #load() {
    if (this.#isAsking) { this.#isAskedAgain = true; return; }
    this.#isAsking = true;
    const image = this.#image, leaving = this.#leaving.signal;
    const query = new URLSearchParams({ size: this.#size() });
    if (this.#window) { query.set("center", this.#window.centre); query.set("width", this.#window.width); }
    try {
      const { bitmap, headers } = await service.picture(`${this.#path(image)}/film.png?${query}`, leaving);
      if (image === this.#image) {
        this.#bitmap = bitmap;
        const own = { centre: Number(headers.get("X-Window-Center")), width: Number(headers.get("X-Window-Width")) };
        this.#range = [Number(headers.get("X-Value-Minimum")), Number(headers.get("X-Value-Maximum"))];
        if (!this.#window) { this.#own = own; this.#window = { ...own }; }
        this.#tell();
        setText(this.#tools.said, "");
      }
    } catch (error) {
      if (!leaving.aborted) setText(this.#tools.said, error.message);
    } finally {
      this.#isAsking = false;
      this.#draw();
      if (this.#isAskedAgain || image !== this.#image) { this.#isAskedAgain = false; this.#load(); }
    }
  }

  async #loadMap() {
    const image = this.#image, finding = this.#finding;
    if (!image || !finding) return;
    try {
      const { bitmap } = await service.picture(`${this.#path(image)}/heatmap.png?${new URLSearchParams({ finding })}`, this.#leaving.signal);
      if (image !== this.#image || finding !== this.#finding) return;
      this.#map = bitmap;
      setText(this.#tools.said, "");
      this.#draw();
    } catch (error) {
      if (image === this.#image && !this.#leaving.signal.aborted) setText(this.#tools.said, error.message);
    }
  }

  #path(image) { return `/studies/${encodeURIComponent(this.#uid)}/images/${encodeURIComponent(image.sop_instance_uid)}`; }

  #size() {
    const needed = Math.max(this.#canvas.clientWidth, this.#canvas.clientHeight) * devicePixelRatio * this.#view.zoom;
    return sizes.find(size => size >= needed) ?? sizes.at(-1);
  }

  #choose(finding) {
    this.#finding = finding;
    this.#map = null;
    if (this.#strength === 0) this.#strengthen(60);
    else this.#loadMap();
    this.#draw();
  }

  #strengthen(strength) {
    this.#strength = strength;
    this.#tools.strength.value = String(strength);
    setText(this.#tools.strengthText, strength === 0 ? "off" : `${strength} %`);
    if (strength > 0 && !this.#map) this.#loadMap();
    this.#draw();
  }

  #use(tool) {
    this.#tool = tool;
    for (const name of ["window", "move"]) this.#tools[name].setAttribute("aria-pressed", String(name === tool));
  }

  #invert() {
    this.#isInverted = !this.#isInverted;
    this.#tools.invert.setAttribute("aria-pressed", String(this.#isInverted));
    this.#draw();
  }

  #reset() {
    this.#view = { zoom: 1, x: 0, y: 0 };
    if (this.#own) this.#window = { ...this.#own };
    this.#tell();
    this.#load();
  }

  #typed() {
    const centre = this.#tools.centre.valueAsNumber, width = this.#tools.width.valueAsNumber;
    if (Number.isFinite(centre) && width > 0) { this.#window = { centre, width }; this.#load(); }
    else this.#tell();
  }

  /** A drag over the whole canvas goes through the whole range of values. */
  #changeWindow(dx, dy) {
    if (!this.#window) return;
    const range = (this.#range[1] - this.#range[0] || this.#own.width) / Math.max(200, this.#canvas.clientWidth);
    this.#window = { centre: this.#window.centre + dy * range, width: Math.max(range, this.#window.width + dx * range) };
    this.#tell();
    this.#load();
  }

  #moveBy(dx, dy) {
    this.#view.x += dx;
    this.#view.y += dy;
    this.#draw();
  }

  /** Zooms about a point of the canvas; its middle unless said. */
  #zoomBy(factor, at = { x: this.#canvas.clientWidth / 2, y: this.#canvas.clientHeight / 2 }) {
    const size = this.#size(), before = this.#view.zoom;
    const zoom = Math.min(largest, Math.max(smallest, before * factor));
    const middle = { x: this.#canvas.clientWidth / 2, y: this.#canvas.clientHeight / 2 };
    this.#view.x = (at.x - middle.x) * (1 - zoom / before) + this.#view.x * zoom / before;
    this.#view.y = (at.y - middle.y) * (1 - zoom / before) + this.#view.y * zoom / before;
    this.#view.zoom = zoom;
    if (this.#size() !== size) this.#load();
    this.#draw();
  }

  #tell() {
    if (!this.#window) return;
    const digits = this.#window.width < 20 ? 2 : 0;
    this.#tools.centre.value = this.#window.centre.toFixed(digits);
    this.#tools.width.value = this.#window.width.toFixed(digits);
    const index = this.#images.indexOf(this.#image);
    this.#canvas.setAttribute("aria-label", `Film: ${name(this.#image, index, this.#images.length)}, window centre ${this.#window.centre.toFixed(digits)}, width ${this.#window.width.toFixed(digits)}`);
  }

  #draw() {
    const canvas = this.#canvas, context = canvas.getContext("2d");
    canvas.width = Math.round(canvas.clientWidth * devicePixelRatio);
    canvas.height = Math.round(canvas.clientHeight * devicePixelRatio);
    if (!this.#bitmap || !this.#image || canvas.width === 0) return;
    const { columns, rows } = this.#image;
    const scale = Math.min(canvas.width / columns, canvas.height / rows) * this.#view.zoom;
    const width = columns * scale, height = rows * scale;
    const left = (canvas.width - width) / 2 + this.#view.x * devicePixelRatio, top = (canvas.height - height) / 2 + this.#view.y * devicePixelRatio;
    context.imageSmoothingQuality = "high";
    context.drawImage(this.#bitmap, left, top, width, height);
    if (this.#isInverted) {
      context.globalCompositeOperation = "difference";
      context.fillStyle = "#fff";
      context.fillRect(left, top, width, height);
      context.globalCompositeOperation = "source-over";
    }
    if (this.#map && this.#strength > 0) {
      context.globalAlpha = this.#strength / 100;
      context.drawImage(this.#map, left, top, width, height);
      context.globalAlpha = 1;
    }
  }

  #listen() {
    const canvas = this.#canvas, pointers = this.#pointers;
    canvas.addEventListener("wheel", event => {
      event.preventDefault();
      this.#zoomBy(event.deltaY < 0 ? step : 1 / step, { x: event.offsetX, y: event.offsetY });
    }, { passive: false });
    canvas.addEventListener("dblclick", () => this.#reset());
    canvas.addEventListener("contextmenu", event => event.preventDefault());
    canvas.addEventListener("pointerdown", event => {
      canvas.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    });
    canvas.addEventListener("pointermove", event => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const now = { x: event.offsetX, y: event.offsetY };
      pointers.set(event.pointerId, now);
      const dx = now.x - before.x, dy = now.y - before.y;
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
        this.#zoomBy(Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y)), middle);
        this.#moveBy(dx / 2, dy / 2);
      } else if (this.#tool === "move" || event.pointerType === "touch" || event.buttons & 6) this.#moveBy(dx, dy);
      else this.#changeWindow(dx, dy);
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, event => pointers.delete(event.pointerId));
  }
}

function name(image, index, count) {
  const parts = [image.view_position, image.frames > 1 && `${image.frames} frames`, !image.is_scored && "not scored"].filter(Boolean);
  return `${count > 1 ? `${index + 1} of ${count}` : "image"}${parts.length ? `: ${parts.join(", ")}` : ""}`;
}
