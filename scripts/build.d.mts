/** Bundles the program into a folder. */
export function bundle(folder: string): Promise<void>;
/** Writes the types of the public API into a folder. */
export function writeTypes(folder: string): void;
