/**
 * A stable order of places by whole keys from 0 to `count` − 1, in time linear in both: applied to the order by a lesser key,
 * it sorts by several.
 * @param keys one a place
 * @param before the order that equal keys keep; ascending unless given
 * @returns `order`, the places by key; those with key k are `order[starts[k]]` … `order[starts[k + 1] − 1]`
 */
export function countingSort(
  keys: ArrayLike<number>,
  count: number,
  before?: Int32Array,
): { order: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(count + 1);
  for (let at = 0; at < keys.length; at++) starts[keys[at] + 1]++;
  for (let key = 0; key < count; key++) starts[key + 1] += starts[key];
  const next = starts.slice();
  const order = new Int32Array(keys.length);
  for (let at = 0; at < keys.length; at++) {
    const place = before ? before[at] : at;
    order[next[keys[place]]++] = place;
  }
  return { order, starts };
}
