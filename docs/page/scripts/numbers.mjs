// Exact numbers, and the values that variables take. Nothing here rounds: a number is a fraction of two BigInts.

/** Something that the page cannot do with what it was given; the message says what and why. */
export class PageError extends Error {}

const NUMBER = /^\s*([+-]?)(?:(\d{1,40})(?:\.(\d{0,40}))?|\.(\d{1,40}))(?:\/(\d{1,40}))?\s*$/;

function greatestCommonDivisor(a, b) {
  a = a < 0n ? -a : a;
  while (b) [a, b] = [b, a % b];
  return a;
}

export function fraction(top, bottom = 1n) {
  let n = BigInt(top);
  let d = BigInt(bottom);
  if (d === 0n) throw new PageError("a fraction has no 0 below its line");
  if (d < 0n) [n, d] = [-n, -d];
  const common = greatestCommonDivisor(n, d);
  return common > 1n ? { n: n / common, d: d / common } : { n, d };
}

export const ZERO = fraction(0);
export const ONE = fraction(1);

export const plus = (a, b) => fraction(a.n * b.d + b.n * a.d, a.d * b.d);
export const minus = (a, b) => fraction(a.n * b.d - b.n * a.d, a.d * b.d);
export const times = (a, b) => fraction(a.n * b.n, a.d * b.d);
export const over = (a, b) => fraction(a.n * b.d, a.d * b.n);
export const negative = (a) => ({ n: -a.n, d: a.d });
export const isZero = (a) => a.n === 0n;
export const isPositive = (a) => a.n > 0n;
export const same = (a, b) => a.n === b.n && a.d === b.d;
export const less = (a, b) => a.n * b.d < b.n * a.d;

/** A fraction as text: `3`, `-1/4`. */
export const shown = (a) => (a.d === 1n ? String(a.n) : `${a.n}/${a.d}`);

/** The nearest decimal to a few places, for reading beside the exact fraction. */
export function decimal(a) {
  const size = a.n < 0n ? -a.n : a.n;
  const rounded = (size * 20000n + a.d) / (2n * a.d);
  const digits = String(rounded).padStart(5, "0");
  const text = `${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, "");
  return a.n < 0n && text !== "0" ? `-${text}` : text;
}

/** A number as it is typed, `1/4`, `0.25` or `3`; null when it is none. */
export function readNumber(text) {
  const found = NUMBER.exec(text);
  if (!found) return null;
  const [, sign, whole, after, alone, below] = found;
  const digits = after ?? alone ?? "";
  if (below !== undefined && (digits !== "" || /^0+$/.test(below))) return null;
  const top = BigInt((whole ?? "") + digits || "0");
  const value = fraction(top, below !== undefined ? BigInt(below) : 10n ** BigInt(digits.length));
  return sign === "-" ? negative(value) : value;
}

/** The fraction with the smallest denominator between two, both included: down the tree of Stern and Brocot. */
export function simplestBetween(low, high) {
  const whole = low.n >= 0n || low.n % low.d === 0n ? low.n / low.d : low.n / low.d - 1n;
  if (low.n === whole * low.d) return fraction(whole);
  if ((whole + 1n) * high.d <= high.n) return fraction(whole + 1n);
  const inner = simplestBetween(over(ONE, minus(high, fraction(whole))), over(ONE, minus(low, fraction(whole))));
  return plus(fraction(whole), over(ONE, inner));
}

// ---------------------------------------------------------------- values of variables

const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

function escaped(character) {
  const code = character.codePointAt(0);
  if (code < 256) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 65536 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}

/** Text with what cannot be seen written out. */
export const visible = (text) => text.replace(UNSEEN, escaped);

/** Text as Python would type it. */
export function pythonText(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = text.replace(/\\/g, "\\\\").replaceAll(quote, `\\${quote}`).replace(/\n/g, "\\n").replace(/\r/g, "\\r").replace(/\t/g, "\\t");
  return quote + inner.replace(UNSEEN, escaped) + quote;
}

/** A number as Python would type it. */
export const pythonNumber = (a) => (a.d === 1n ? String(a.n) : `Fraction(${a.n}, ${a.d})`);

/**
 * A value that a variable takes. `key` is the same for what Python holds to be one value (1 and True), `shown` is how it is
 * read, `code` how it is typed; `number` is what it counts as in a sum, null where it is no number.
 */
export const textValue = (text) => ({ key: `t:${text}`, shown: visible(text), code: pythonText(text), number: readNumber(text), json: text });
export const truthValue = (truth) => ({
  key: truth ? "n:1" : "n:0", shown: truth ? "True" : "False", code: truth ? "True" : "False", number: truth ? ONE : ZERO, json: truth,
});
export const numberValue = (a) => ({
  key: `n:${shown(a)}`, shown: shown(a), code: pythonNumber(a), number: a,
  json: a.d === 1n && Number.isSafeInteger(Number(a.n)) ? Number(a.n) : { fraction: shown(a) },
});

/** A value of a document; throws for what the page does not know. */
export function readValue(json) {
  if (typeof json === "string" && json.length <= 200) return textValue(json);
  if (typeof json === "boolean") return truthValue(json);
  if (Number.isSafeInteger(json)) return numberValue(fraction(json));
  const number = json && typeof json === "object" && typeof json.fraction === "string" ? readNumber(json.fraction) : null;
  if (number) return { ...numberValue(number), json: { fraction: shown(number) }, code: `Fraction(${number.n}, ${number.d})` };
  throw new PageError("this page knows values that are short text, True or False, whole numbers and fractions; a world with others is for Python");
}
