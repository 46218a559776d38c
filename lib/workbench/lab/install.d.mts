export declare const EXTENSION: string;
export declare function installLabExtension(where: {
  projectRoot: string;
  prefix: string;
}): Promise<{ folder: string; changed: boolean }>;
