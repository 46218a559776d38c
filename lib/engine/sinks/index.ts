/** Where data goes: Parquet, CSV and encrypted Parquet, each put in place in one step; and the keys of what is secret. */
export { readEncryptedParquet, TABLE_KEY, writeEncryptedParquet } from "./encrypted-parquet";
export { type KeySource, readSecretKey, SecretKey } from "./secret-key";
export { type WriteCsvOptions, type WriteParquetOptions, writeCsv, writeParquet } from "./write";
