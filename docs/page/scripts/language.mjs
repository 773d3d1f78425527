// The language of utilities in its text form: what `repr` prints in Python, read into a tree and back into labels.

import { ONE, PageError, fraction, isZero, negative, numberValue, over, plus, readNumber, textValue, times, truthValue, visible } from "./numbers.mjs";

const TOKEN = /\s*(?:([A-Za-z_]\w*)|(\d+(?:\.\d*)?|\.\d+)|('(?:[^'\\\n]|\\['"\\])*'|"(?:[^"\\\n]|\\['"\\])*")|(<=|>=|==|\*\*|\/\/|[-+*/().,{}=:<>&|~%[\]]))/y;
const LONGEST = 4000;
const DEEPEST = 60;
const BEYOND = new Set("best worst best_policy BEST OWN every some subject_to lexicographic discounted wiring table cpt of equals".split(" "));
const BEYOND_SIGNS = new Set(["<=", ">=", "==", "<", ">", "&", "|", "~"]);
const KNOWN = "E(...), B, V, H, X('name'), .had(...), .under(...), .is_(...), given=, + - * /, least(...), most(...), numbers and Fraction(1, 2)";
const LETTERS = { stopped: "B", value: "V", intent: "H" };
const NAMED = { B: "stopped", V: "value", H: "intent" };
const MARKS = { STOP: "stop", FREE: "free", BASELINE: "baseline" };

export const constant = (value, literal = "exact") => ({ kind: "constant", value, literal });
export const reading = (name, edits = [], policy = null) => ({ kind: "reading", name, edits, policy });

/** A formula of a text; throws a PageError that says what is unknown. */
export function readFormula(text) {
  if (text.length > LONGEST) throw new PageError(`a utility of at most ${LONGEST} characters is read here, and this one has ${text.length}`);
  if (visible(text.replace(/[\n\r\t]/g, " ")) !== text.replace(/[\n\r\t]/g, " ")) throw new PageError("the utility holds characters that cannot be seen; take them out");
  const reader = new Reader(tokens(text));
  const found = reader.sum();
  reader.end();
  checkMeans(found);
  return found;
}

function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    if (/^\s*$/.test(text.slice(at))) break;
    const match = TOKEN.exec(text);
    if (!match) throw new PageError(`"${visible(text.slice(at).trim().slice(0, 12))}" is no part of a formula; this page reads ${KNOWN}`);
    const [, name, number, quoted, sign] = match;
    found.push(name ? { name } : number ? { number } : quoted ? { quoted: quoted.slice(1, -1).replace(/\\(.)/g, "$1") } : { sign });
  }
  return found;
}

/** Read from left to right, loosest first, as Python does. */
class Reader {
  constructor(found) {
    this.tokens = found;
    this.at = 0;
    this.depth = 0;
  }

  get next() {
    return this.tokens[this.at] ?? {};
  }

  take(sign) {
    if (this.next.sign !== sign) return false;
    this.at += 1;
    return true;
  }

  expect(sign) {
    if (!this.take(sign)) throw new PageError(`"${sign}" was expected ${this.place()}`);
  }

  place() {
    const { name, number, quoted, sign } = this.next;
    const what = name ?? number ?? sign ?? (quoted === undefined ? null : `'${visible(quoted)}'`);
    return what === null ? "at the end" : `where "${what}" stands`;
  }

  end() {
    if (BEYOND_SIGNS.has(this.next.sign)) throw beyond(`the comparison "${this.next.sign}"`);
    if (this.at < this.tokens.length) throw new PageError(`nothing can follow ${this.place()}; this page reads ${KNOWN}`);
  }

  sum() {
    this.depth += 1;
    if (this.depth > DEEPEST) throw new PageError(`brackets are read ${DEEPEST} deep, and no deeper`);
    let left = this.product();
    for (;;) {
      if (this.take("+")) left = joined("sum", left, this.product());
      else if (this.take("-")) left = joined("sum", left, negated(this.product()));
      else break;
    }
    this.depth -= 1;
    return left;
  }

  product() {
    let left = this.signed();
    for (;;) {
      if (this.take("*")) left = joined("product", left, this.signed());
      else if (this.take("/")) left = divided(left, this.signed());
      else return left;
    }
  }

  signed() {
    let sign = 1;
    while (this.next.sign === "-") [sign, this.at] = [-sign, this.at + 1];
    const found = this.called();
    return sign < 0 ? negated(found) : found;
  }

  called() {
    let found = this.atom();
    while (this.take(".")) {
      if (found.kind === "constant") throw new PageError("a number is read nowhere; .had and .under belong to a reading");
      const { name } = this.next;
      this.at += 1;
      this.expect("(");
      if (name === "had") found = withEdits(found, this.edits());
      else if (name === "under") found = withPolicy(found, this.value());
      else if (name === "is_") found = event(found, this.value());
      else throw BEYOND.has(name) ? beyond(`.${name}(...)`) : new PageError(`.${name ?? ""} is an unknown form; this page reads ${KNOWN}`);
      this.expect(")");
    }
    return found;
  }

  atom() {
    const { name, number, quoted } = this.next;
    if (this.take("(")) {
      const inner = this.sum();
      this.expect(")");
      return inner;
    }
    if (number !== undefined || quoted !== undefined || name === "Fraction") return this.number();
    if (name === undefined) throw new PageError(`a formula was expected ${this.place()}`);
    this.at += 1;
    if (Object.hasOwn(NAMED, name)) return reading(NAMED[name]);
    if (!["E", "X", "least", "most"].includes(name)) {
      throw BEYOND.has(name) ? beyond(name) : new PageError(`"${name}" is an unknown form; this page reads ${KNOWN}`);
    }
    this.expect("(");
    const found = name === "E" ? this.mean() : name === "X" ? this.variable() : this.extreme(name);
    this.expect(")");
    return found;
  }

  number() {
    const { number, quoted } = this.next;
    this.at += 1;
    if (number !== undefined) return constant(readNumber(number), number.includes(".") ? "decimal" : "whole");
    if (quoted !== undefined) {
      const value = readNumber(quoted);
      if (!value) throw new PageError(`'${visible(quoted)}' is text, and no number`);
      return constant(value, "text");
    }
    return constant(this.fraction(), "exact");
  }

  fraction() {
    this.expect("(");
    const top = this.whole();
    const bottom = this.take(",") ? this.whole() : ONE;
    this.expect(")");
    if (isZero(bottom)) throw new PageError("a fraction has no 0 below its line");
    return over(top, bottom);
  }

  whole() {
    const sign = this.take("-") ? -1 : 1;
    const { number } = this.next;
    if (number === undefined || number.includes(".")) throw new PageError(`a whole number was expected ${this.place()}`);
    this.at += 1;
    return times(readNumber(number), fraction(sign));
  }

  mean() {
    const inner = this.sum();
    let given = null;
    if (this.take(",")) {
      if (this.next.name !== "given") throw new PageError(`"given=" was expected ${this.place()}`);
      this.at += 1;
      this.expect("=");
      given = this.next.sign === "{" ? events(this.mapping()) : this.sum();
    }
    return { kind: "mean", inner, given };
  }

  variable() {
    const { quoted } = this.next;
    if (quoted === undefined) throw new PageError(`the name of a variable in quotes was expected ${this.place()}`);
    this.at += 1;
    return reading(quoted);
  }

  extreme(name) {
    const parts = [this.sum()];
    while (this.take(",")) parts.push(this.sum());
    return { kind: name, parts };
  }

  edits() {
    const found = this.next.sign === "{" ? this.mapping() : [];
    while (this.next.name !== undefined) {
      const { name } = this.next;
      this.at += 1;
      this.expect("=");
      if (name === "wiring") throw beyond("wiring");
      found.push([name, this.setting()]);
      if (!this.take(",")) break;
    }
    if (!found.length) throw new PageError(".had(...) needs at least one role=value, such as .had(intent='stop')");
    return found;
  }

  mapping() {
    this.expect("{");
    const found = [];
    while (this.next.quoted !== undefined) {
      const name = this.next.quoted;
      this.at += 1;
      this.expect(":");
      found.push([name, this.setting()]);
      if (!this.take(",")) break;
    }
    this.expect("}");
    return found;
  }

  /** What a variable is set to: a value, or what another reading is. */
  setting() {
    const { name, sign } = this.next;
    if (name !== undefined && (Object.hasOwn(NAMED, name) || name === "X" || BEYOND.has(name))) {
      const found = this.called();
      if (found.kind !== "reading") throw new PageError("a variable is set to a value or to a reading, such as X('other'), and to nothing else");
      return found;
    }
    if (sign === "(" || sign === "[") throw beyond("a tuple or a list as a value");
    return this.value();
  }

  /** A value as it is typed in Python. */
  value() {
    const { name, quoted } = this.next;
    if (quoted !== undefined) {
      this.at += 1;
      return textValue(quoted);
    }
    if (name !== undefined && Object.hasOwn(MARKS, name)) {
      this.at += 1;
      return textValue(MARKS[name]);
    }
    if (name === "True" || name === "False") {
      this.at += 1;
      return truthValue(name === "True");
    }
    if (BEYOND.has(name) || this.next.sign === "{") throw beyond(name ?? "a policy as a mapping");
    if (name === "Fraction") {
      this.at += 1;
      return numberValue(this.fraction());
    }
    return numberValue(this.whole());
  }
}

const beyond = (what) => new PageError(`${what} is a form of the language that this page does not judge; the Python package does`);

// ---------------------------------------------------------------- putting formulas together

const isNumber = (f) => f.kind === "constant";

function joined(kind, a, b) {
  if (isNumber(a) && isNumber(b)) {
    if ([a, b].some((f) => f.literal === "text" || f.literal === "decimal")) throw new PageError("arithmetic of two plain numbers is exact here with whole numbers and Fraction(1, 2) only; write their result");
    return constant((kind === "sum" ? plus : times)(a.value, b.value), a.literal === "exact" || b.literal === "exact" ? "exact" : "whole");
  }
  return { kind, parts: [a, b].flatMap((f) => (f.kind === kind ? f.parts : [f])) };
}

function negated(f) {
  if (!isNumber(f)) return joined("product", constant(fraction(-1), "whole"), f);
  if (f.literal === "text") throw new PageError("text has no sign; write the number without quotes");
  return constant(negative(f.value), f.literal);
}

function divided(a, b) {
  if (isNumber(a) && isNumber(b)) {
    if (![a, b].every((f) => f.literal === "whole" || f.literal === "exact") || (a.literal === "whole" && b.literal === "whole")) {
      throw new PageError("Python makes a rounded number of a quotient such as 1/3; write Fraction(1, 3)");
    }
    if (isZero(b.value)) throw new PageError("a number is divided by 0");
    return constant(over(a.value, b.value), "exact");
  }
  return { kind: "quotient", parts: [a, b] };
}

function event(f, meaning) {
  if (f.kind !== "reading") throw new PageError(".is_(...) asks of a reading, such as H.is_('stop')");
  return { kind: "is", parts: [f], meaning };
}

function events(found) {
  if (!found.length) throw new PageError("given={} is no event; name a role: given={'intent': 'stop'}");
  const parts = found.map(([name, meaning]) => {
    if (meaning.kind) throw new PageError("given={...} takes values; write an event such as H.is_('stop') instead");
    return event(reading(name), meaning);
  });
  return parts.length === 1 ? parts[0] : { kind: "product", parts };
}

/** The formula with every reading changed, in conditions too. */
export function rewritten(f, change) {
  if (f.kind === "reading") return change(f);
  if (f.kind === "constant") return f;
  if (f.kind === "mean") return { ...f, inner: rewritten(f.inner, change), given: f.given && rewritten(f.given, change) };
  return { ...f, parts: f.parts.map((part) => rewritten(part, change)) };
}

const withPolicy = (f, policy) => rewritten(f, (r) => reading(r.name, r.edits, policy));
const withEdits = (f, edits) => rewritten(f, (r) => reading(r.name, [...new Map([...r.edits, ...edits])], r.policy));

function checkMeans(f, inside = false) {
  if (f.kind === "mean") {
    if (inside) throw new PageError("a mean stands inside a mean; take the inner E away, or multiply the two outside");
    checkMeans(f.inner, true);
    if (f.given) checkMeans(f.given, true);
  } else if (f.kind === "reading" || f.kind === "is") {
    if (!inside) throw new PageError(`${labelOf(f.kind === "is" ? f.parts[0] : f)} stands outside a mean, where it has no single value; write E(...) around it`);
  } else {
    if (f.kind === "quotient" && inside && !(isNumber(f.parts[1]) && !isZero(f.parts[1].value))) throw beyond("division by a reading inside E(...)");
    for (const part of f.parts ?? []) checkMeans(part, inside);
  }
}

/** The means that a formula is made of. */
export const meansOf = (f) => (f.kind === "mean" ? [f] : (f.parts ?? []).flatMap(meansOf));

/** The readings of a formula, those inside edits before the reading that they edit. */
export function readingsOf(f) {
  if (f.kind === "reading") return [...f.edits.flatMap(([, value]) => (value.kind === "reading" ? readingsOf(value) : [])), f];
  return [...(f.inner ? readingsOf(f.inner) : []), ...(f.given ? readingsOf(f.given) : []), ...(f.parts ?? []).flatMap(readingsOf)];
}

/** A text that is the same for two readings exactly when they stand in one branch. */
export function branchKey({ edits, policy }) {
  const done = edits.map(([name, value]) => [name, value.kind === "reading" ? [value.name, branchKey(value)] : value.key]);
  return JSON.stringify([done, policy === null ? null : policy.key]);
}

/** What had been done in a branch, in words. */
export function branchWords({ edits, policy }) {
  const done = edits.map(([name, value]) => `had ${visible(name)} been ${value.kind === "reading" ? labelOf(value) : value.shown}`);
  if (policy !== null) done.push(`under ${policy.shown}`);
  return done.join(", ") || "as it is";
}

/** A reading as the papers write it: B_stop, V_free. */
export function labelOf(r) {
  const marks = r.edits.map(([name, value]) => {
    const what = value.kind === "reading" ? labelOf(value) : value.shown;
    return name === "intent" ? what : `${visible(LETTERS[name] ?? name)}=${what}`;
  });
  if (r.policy !== null) marks.push(r.policy.shown);
  return (LETTERS[r.name] ?? visible(r.name)) + (marks.length ? `_{${marks.join(", ")}}` : "");
}

/** Whether nothing is read: a utility has to hold a mean. */
export const isConstant = (f) => meansOf(f).length === 0;
