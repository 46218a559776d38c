/** Privacy at the door: pseudonyms for identifiers, direct identifiers dropped, k-anonymity reported and reached. */
export {
  DIRECT_IDENTIFIERS,
  dropDirectIdentifiers,
  type IdentifierFinding,
  type IdentifierOptions,
  type IdentifierReport,
  type IdentifierRule,
} from "./direct-identifiers";
export { type Anonymised, anonymise, type Generalisation, generalise, suppressSmallClasses } from "./generalise";
export { type HmacBlocks, hmacBlocks, hmacSql } from "./hmac";
export { type AnonymityOptions, type AnonymityReport, kAnonymity } from "./k-anonymity";
export {
  PSEUDONYM_KEY,
  type Pseudonymised,
  type PseudonymisedColumn,
  type PseudonymOptions,
  pseudonymise,
} from "./pseudonyms";
