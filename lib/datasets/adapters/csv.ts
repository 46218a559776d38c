/** Where adapters find the reader of CSV files, which lies with the engine's other sources. */
export { type CsvLayout, type LoadCsvOptions, loadCsv, OVERFLOW } from "../../engine/sources/csv";
