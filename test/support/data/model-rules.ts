import { BACKGROUND_RULES } from "../../../src/routing/models/background.ts";
import type { ModelRules } from "../../../src/routing/models/choose-model.ts";

/** Model names as a bridge without settings reads them. */
export const MODEL_RULES: ModelRules = {
  aliases: [],
  families: [],
  defaultModel: [],
  strict: false,
  backgroundModel: [],
  backgroundRules: BACKGROUND_RULES,
};
