// Talks to the service: asks, acts, and knows since when it has been silent.

const api = "/api/v1";
const answerMilliseconds = 15_000;
/** Asked so often even where no event comes: a line that is cut in the middle says nothing. */
const pollMilliseconds = 10_000;
const silentMilliseconds = 25_000;

/** The service said no: `message` is its sentence and what to do. */
export class Refused extends Error {
  constructor(status, { error, what_to_do }) {
    super(what_to_do ? `${error}; ${what_to_do}` : error);
    this.status = status;
  }
}

/** Tells "worklist" (detail: the items), "heard", "silent" and "signed-out". */
class Service extends EventTarget {
  /** Of the session; null while nobody is signed in. */
  csrf = null;
  /** When it last answered, by this machine's clock; null before it ever did. */
  heardAt = null;
  /** The service's clock less this machine's. */
  skew = 0;
  includesReported = false;
  #etag = null;
  #events = null;
  #poll = null;
  #isAsking = false;
  #isAskedAgain = false;

  /** The service's time now, in milliseconds. */
  get now() { return Date.now() + this.skew; }
  get isSilent() { return this.heardAt === null || Date.now() - this.heardAt > silentMilliseconds; }

  async get(path, { isUnattended = false } = {}) { return (await this.#ask(path, { isUnattended })).json(); }

  /** A picture with the headers it came with. */
  async picture(path, signal) {
    const answer = await this.#ask(path, { signal });
    return { bitmap: await createImageBitmap(await answer.blob()), headers: answer.headers };
  }

  /** Changes something. */
  async act(method, path, body) {
    const answer = await this.#ask(path, { method, body });
    return answer.status === 204 ? null : answer.json();
  }

  /** Follows the list until `leave`. */
  follow() {
    this.leave();
    this.#etag = null;
    this.#poll = setInterval(() => this.refresh(), pollMilliseconds);
    this.refresh();
  }

  leave() {
    clearInterval(this.#poll);
    this.#events?.close();
    this.#poll = this.#events = null;
  }

  /** Asks for the list anew; one question at a time, and once more where it changed meanwhile. */
  async refresh() {
    if (this.#poll === null) return;
    if (this.#isAsking) { this.#isAskedAgain = true; return; }
    this.#isAsking = true;
    try {
      const answer = await this.#ask(`/worklist${this.includesReported ? "?all=1" : ""}`, { isUnattended: true, etag: this.#etag });
      if (answer.status !== 304) {
        const takenAt = Date.parse(answer.headers.get("X-Snapshot-Taken-At") ?? "");
        if (takenAt) this.skew = takenAt - Date.now();
        this.#etag = answer.headers.get("ETag");
        this.dispatchEvent(new CustomEvent("worklist", { detail: await answer.json() }));
      }
      if (this.#events === null || this.#events.readyState === EventSource.CLOSED) this.#listen();
    } catch (error) {
      if (!(error instanceof Refused)) this.dispatchEvent(new Event("silent"));
    } finally {
      this.#isAsking = false;
      if (this.#isAskedAgain) { this.#isAskedAgain = false; this.refresh(); }
    }
  }

  /** Forgets what the list was, so that the next answer brings it whole. */
  ask(includesReported) {
    this.includesReported = includesReported;
    this.#etag = null;
    this.refresh();
  }

  #listen() {
    this.#events?.close();
    this.#events = new EventSource(`${api}/events`);
    this.#events.addEventListener("worklist", () => this.refresh());
    this.#events.addEventListener("error", () => { if (this.#poll !== null) this.refresh(); });
  }

  async #ask(path, { method = "GET", body, isUnattended, etag, signal } = {}) {
    const headers = {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (method !== "GET" && this.csrf) headers["X-CSRF-Token"] = this.csrf;
    if (isUnattended) headers["X-Unattended"] = "1";
    if (etag) headers["If-None-Match"] = etag;
    const limit = AbortSignal.timeout(answerMilliseconds);
    let answer;
    try {
      answer = await fetch(api + path, {
        method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store", redirect: "error",
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Error("the service does not answer; nothing was changed as far as this page knows");
    }
    this.heardAt = Date.now();
    this.dispatchEvent(new Event("heard"));
    if (answer.ok || answer.status === 304) return answer;
    const words = await answer.json().catch(() => ({ error: `the service answered ${answer.status}` }));
    if (answer.status === 401 && path !== "/session") this.dispatchEvent(new Event("signed-out"));
    throw new Refused(answer.status, words);
  }
}

export const service = new Service();
