/** Imported when first needed; a process reads the vocabulary once, however many bridges it runs. */
import { loadVocabulary } from "./vocabulary.ts";

export const vocabulary = await loadVocabulary();
