/** What data comes from: files of several kinds, and tables of PostgreSQL and MySQL. */
export { type CsvLayout, type LoadCsvOptions, loadCsv, OVERFLOW } from "./csv";
export type { ServerValue } from "./database/client";
export type { DatabaseLocation } from "./database/location";
export type { FileFormat } from "./list-files";
export { type FilesRead, type ReadFilesOptions, readFiles } from "./read-files";
export { type ReadTableOptions, readTable, type TableRead, type TableSource } from "./table";
