/** Sparse matrices in compressed rows, and the few operations on them that recommendation needs. */
export { countingSort } from "./counting-sort";
export { Largest } from "./largest";
export {
  binary,
  checkSparse,
  findEntry,
  fromTriplets,
  type SparseMatrix,
  selectRows,
  type Triplets,
  toDense,
} from "./matrix";
export type { Similarity } from "./similar-work";
export { type TopProductsOptions, topProducts } from "./top-products";
export { type TopSimilarOptions, topSimilar } from "./top-similar";
export { transpose } from "./transpose";
