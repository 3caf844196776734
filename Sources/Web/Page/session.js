// Who is at the page: signing in and out, and the end of a session that nobody uses.

import { byID, setText } from "./elements.js";
import { service } from "./service.js";
import { timeOfDay } from "./words.js";

const warningMilliseconds = 2 * 60_000;
const touchMilliseconds = 60_000;

/** Tells "in" and "out". */
class Session extends EventTarget {
  name = null;
  roles = [];
  /** No sign-in: whoever acts says who it is. */
  isOpen = false;
  #expiresAt = null;
  #touchedAt = 0;

  may(right) {
    const isLead = this.roles.includes("lead") || this.roles.includes("admin");
    return this.isOpen || { claim: this.roles.length > 0, sign: this.roles.includes("reader"), pin: isLead, acknowledge: isLead, releaseAny: isLead }[right];
  }

  /** What an act's body says about who acts: nothing where the session does. */
  get openName() { return sessionStorage.getItem("name") ?? ""; }
  set openName(name) { sessionStorage.setItem("name", name); }

  /** The field that asks for a name; none where the session knows it. */
  get nameFields() { return this.isOpen ? [{ name: "by", label: "Your name", value: this.openName, autocomplete: "name" }] : []; }

  /** The body of an act. */
  by(typed) {
    if (!this.isOpen) return {};
    this.openName = typed.by;
    return { by: typed.by };
  }

  async begin() {
    try {
      this.#take(await service.get("/session"));
    } catch (error) {
      if (error.status === 401) this.#leave(null);
      else setTimeout(() => this.begin(), 3000);
    }
  }

  async signIn(name, password) {
    this.#take(await service.act("POST", "/session", { name, password }));
    // A browser drops a cookie that asks for TLS where there is none; without a word.
    await service.get("/session").catch(() => { throw new Error("this browser did not keep the session; the page has to be reached over https"); });
  }

  async signOut() {
    await service.act("DELETE", "/session").catch(() => {});
    this.#leave("You are signed out.");
  }

  /** The service knows the session no more. */
  lose() { if (this.name !== null) this.#leave("Your session has ended. Sign in again."); }

  /** A person did something: the session goes on. */
  async touch() {
    if (this.name === null || this.isOpen || Date.now() - this.#touchedAt < touchMilliseconds) return;
    this.#touchedAt = Date.now();
    try {
      this.#expiresAt = Date.parse((await service.get("/session")).expires_at);
      this.tick();
    } catch (error) {
      if (error.status === 401) this.lose();
    }
  }

  /** Once a second: warns before the end. */
  tick() {
    const left = this.#expiresAt === null ? Infinity : this.#expiresAt - service.now;
    byID("ending").hidden = left > warningMilliseconds;
    if (left <= 0) this.lose();
    else if (left <= warningMilliseconds) setText(byID("ending"), `Nothing was done for a while: the session ends at ${timeOfDay(this.#expiresAt - service.skew)} unless you press a key.`);
  }

  #take(answer) {
    this.isOpen = answer.open === true;
    this.name = this.isOpen ? "" : answer.name;
    this.roles = answer.roles ?? [];
    service.csrf = answer.csrf ?? null;
    this.#expiresAt = answer.expires_at ? Date.parse(answer.expires_at) : null;
    this.#touchedAt = Date.now();
    this.dispatchEvent(new Event("in"));
  }

  #leave(sentence) {
    this.name = null;
    this.roles = [];
    service.csrf = null;
    this.#expiresAt = null;
    this.dispatchEvent(new CustomEvent("out", { detail: sentence }));
  }
}

export const session = new Session();
