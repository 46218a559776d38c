/**
 * As much of WebAssembly's binary format (https://webassembly.github.io/spec/core/binary/) as small numeric kernels
 * need. Code is a list of bytes; an expression is code that leaves its value on the stack.
 */
export type Code = readonly number[];

/** Pages of 64 KiB in the four gigabytes that an address reaches. */
export const MOST_PAGES = 65_536;

/** Types of values: whole numbers (addresses and counts), single-precision numbers, and vectors of four of those. */
export const I32 = 0x7f;
export const F32 = 0x7d;
export const V128 = 0x7b;
type Type = typeof I32 | typeof F32 | typeof V128;

/** Adds a local variable to a function. */
export type Declare = (type: Type) => number;

/** A function to be assembled: its name outside, the types of its parameters, its result if any, and its code. */
export interface Kernel {
  name: string;
  parameters: readonly Type[];
  result?: Type;
  /** @param parameters their numbers as locals. */
  body(parameters: number[], declare: Declare): Code;
}

/**
 * A module of these functions on the memory `js.memory`, which several threads may share where `shared` says so; such
 * a memory is made with a maximum of {@link MOST_PAGES}.
 */
export function assemble(kernels: readonly Kernel[], { shared = false } = {}): Uint8Array {
  const limits = shared ? [3, 1, ...unsigned(MOST_PAGES)] : [0, 1];
  const bodies = kernels.map(({ parameters, body }) => {
    const locals: number[][] = [];
    const code = body([...parameters.keys()], (type) => parameters.length + locals.push([1, type]) - 1);
    const bytes = [...list(locals), ...code, 0x0b];
    return [...unsigned(bytes.length), ...bytes];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(kernels.map((kernel) => signature(kernel)))),
    ...section(2, list([[...text("js"), ...text("memory"), 2, ...limits]])),
    ...section(3, list(kernels.map((_, index) => unsigned(index)))),
    ...section(7, list(kernels.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]))),
    ...section(10, list(bodies)),
  ]);
}

function signature({ parameters, result }: Kernel): number[] {
  return [0x60, ...list(parameters.map((type) => [type])), ...list(result === undefined ? [] : [[result]])];
}
function section(id: number, content: number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}
function list(items: number[][]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}
function text(letters: string): number[] {
  return list([...letters].map((letter) => [letter.charCodeAt(0)]));
}
/** LEB128: seven bits a byte, the lowest first. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))];
}

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];

/** A whole number from 0 on; the format's are signed, so that a seventh bit that is set takes another byte. */
export const whole = (value: number): Code => [0x41, ...signed(value)];
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value % 128) + 128, ...signed(Math.floor(value / 128))];
}
export const plus = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const times = (a: Code, b: Code): Code => [...a, ...b, 0x6c];
/** local += amount */
export const move = (local: number, amount: Code): Code => set(local, plus(get(local), amount));
/** do { … } while (--counter > 0): the counter must not start at 0. */
export const repeat = (counter: number, ...content: Code[]): Code => [
  ...[0x03, 0x40, ...content.flat(), ...get(counter), ...whole(1), 0x6b],
  ...[0x22, ...unsigned(counter), 0x0d, 0, 0x0b],
];

/** Content that is done where a whole number isn't 0. */
export const when = (condition: Code, ...content: Code[]): Code => [
  ...[...condition, 0x04, 0x40, ...content.flat(), 0x0b],
];
export const minus = (a: Code, b: Code): Code => [...a, ...b, 0x6b];
/** The bits of a whole number that another has too, and it without its lowest bits. */
export const masked = (a: Code, b: Code): Code => [...a, ...b, 0x71];
export const shifted = (a: Code, bits: number): Code => [...a, ...whole(bits), 0x76];
export const loadWhole = (address: number, offset = 0): Code => [...get(address), 0x28, ...at(offset)];

/** An operation on vectors. */
const vector = (operation: number, ...operands: Code[]): Code => [...operands.flat(), 0xfd, ...unsigned(operation)];
const at = (offset: number): Code => [2, ...unsigned(offset)];

/** Four numbers from an address on, or one number four times; `offset` is in bytes. */
export const load = (address: number, offset = 0): Code => [...vector(0x00, get(address)), ...at(offset)];
export const loadSame = (address: number, offset = 0): Code => [...vector(0x09, get(address)), ...at(offset)];
export const store = (address: number, value: Code, offset = 0): Code => [
  ...[...get(address), ...vector(0x0b, value), ...at(offset)],
];
/** Four of the eight numbers of two vectors: 0 … 3 are the first one's, 4 … 7 the second one's. */
export type Places = readonly [number, number, number, number];
export const pick = (a: Code, b: Code, places: Places): Code => [
  ...vector(0x0d, a, b),
  ...places.flatMap((place) => [4 * place, 4 * place + 1, 4 * place + 2, 4 * place + 3]),
];
/** The same number four times: of an expression, or a constant. */
export const same = (value: Code): Code => vector(0x13, value);
export const constant = (value: number): Code => {
  const bytes = new Uint8Array(Float32Array.of(value, value, value, value).buffer);
  return [...vector(0x0c), ...bytes];
};
/** One of a vector's four numbers. */
export const lane = (value: Code, index: number): Code => [...vector(0x1f, value), index];
export const addOnes = (a: Code, b: Code): Code => [...a, ...b, 0x92];
export const multiplyOnes = (a: Code, b: Code): Code => [...a, ...b, 0x94];
export const divideOnes = (a: Code, b: Code): Code => [...a, ...b, 0x95];
export const one = (value: number): Code => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)];
export const loadOne = (address: number, offset = 0): Code => [...get(address), 0x2a, ...at(offset)];
export const storeOne = (address: number, value: Code, offset = 0): Code => [
  ...[...get(address), ...value, 0x38, ...at(offset)],
];
/** a where x < y, else b. */
export const whereLess = (x: Code, y: Code, a: Code, b: Code): Code => [...a, ...b, ...x, ...y, 0x5d, 0x1b];
/** The sum of a vector's four numbers. */
export const total = (vectorAt: number): Code =>
  [0, 1, 2, 3].map((index) => lane(get(vectorAt), index)).reduce(addOnes);

export const add = (a: Code, b: Code): Code => vector(0xe4, a, b);
export const subtract = (a: Code, b: Code): Code => vector(0xe5, a, b);
export const multiply = (a: Code, b: Code): Code => vector(0xe6, a, b);
export const divide = (a: Code, b: Code): Code => vector(0xe7, a, b);
export const least = (a: Code, b: Code): Code => vector(0xe8, a, b);
export const greatest = (a: Code, b: Code): Code => vector(0xe9, a, b);
export const root = (a: Code): Code => vector(0xe3, a);
export const size = (a: Code): Code => vector(0xe0, a);
/** Ones where a > b, in all bits; and the bits that two vectors share. */
export const above = (a: Code, b: Code): Code => vector(0x44, a, b);
export const both = (a: Code, b: Code): Code => vector(0x4e, a, b);
