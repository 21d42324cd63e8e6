/**
 * The part of a request to generate content that we use; parts are checked one by one as they are read, by what they hold (Gemini API
 * reference, "Generating content").
 */
import * as z from "zod";
import { LONGEST, MOST } from "../limits.ts";
import { id, jsonObject, name } from "../shapes.ts";
import { listOrOne, message, number } from "./proto-json.ts";

/** Each candidate is a request to the host, and may be a question to its person. */
const MOST_CANDIDATES = 8;

/** A part; some clients write a text as it is. */
const statedPart = z.union([z.string().transform((text) => ({ text })), jsonObject]);

export const content = z.union([
  z.string().transform((text) => ({ role: undefined, parts: [{ text }] })),
  message({ role: name.nullish(), parts: listOrOne(statedPart, MOST.parts).nullish() }),
]);
export type Content = z.output<typeof content>;

const blob = message({
  mimeType: name.nullish(),
  data: z.string().nullish(),
  displayName: z.string().nullish(),
});
const file = message({
  mimeType: name.nullish(),
  fileUri: z.string().nullish(),
  displayName: z.string().nullish(),
});

/** What a part may hold. */
export const part = message({
  text: z.string().nullish(),
  thought: z.boolean().nullish(),
  thoughtSignature: z.string().nullish(),
  inlineData: blob.nullish(),
  fileData: file.nullish(),
  functionCall: message({ id: id.nullish(), name, args: jsonObject.nullish() }).nullish(),
  functionResponse: message({
    id: id.nullish(),
    name: name.nullish(),
    response: jsonObject.nullish(),
    parts: listOrOne(message({ inlineData: blob.nullish(), fileData: file.nullish() }), MOST.parts).nullish(),
  }).nullish(),
  executableCode: jsonObject.nullish(),
  codeExecutionResult: jsonObject.nullish(),
  toolCall: jsonObject.nullish(),
  toolResponse: jsonObject.nullish(),
});
export type Part = z.output<typeof part>;

export const declaration = message({
  name,
  description: z.string().nullish(),
  parameters: z.unknown().optional(),
  parametersJsonSchema: z.unknown().optional(),
  response: z.unknown().optional(),
  responseJsonSchema: z.unknown().optional(),
});

/** The tools that the client runs; others stand beside them under the names of their kinds. */
export const functions = message({
  functionDeclarations: listOrOne(declaration, MOST.tools).nullish(),
});

const functionCallingConfig = message({
  mode: name.nullish(),
  allowedFunctionNames: listOrOne(name, MOST.tools).nullish(),
});

export const toolConfig = message({ functionCallingConfig: functionCallingConfig.nullish() });

export const generationConfig = message({
  candidateCount: number(
    z
      .number()
      .int()
      .min(1, "must be at least 1")
      .max(MOST_CANDIDATES, `the bridge gives at most ${MOST_CANDIDATES} answers to one request`),
  ),
  maxOutputTokens: number(z.number().int().min(1)),
  temperature: number(z.number().min(0).max(2)),
  stopSequences: listOrOne(z.string().max(LONGEST.stopSequence), MOST.stopSequences).nullish(),
  responseMimeType: name.nullish(),
  responseSchema: z.unknown().optional(),
  responseJsonSchema: z.unknown().optional(),
  /** As older SDKs write it. */
  _responseJsonSchema: z.unknown().optional(),
  thinkingConfig: message({
    includeThoughts: z.boolean().nullish(),
    /** 0: none; -1: as much as the model likes. */
    thinkingBudget: number(z.number().int().min(-1)),
    thinkingLevel: name.nullish(),
  }).nullish(),
});
export type GenerationConfig = z.output<typeof generationConfig>;

export const generateRequest = message({
  contents: listOrOne(content, MOST.messages).nullish(),
  systemInstruction: content.nullish(),
  tools: listOrOne(jsonObject, MOST.tools).nullish(),
  toolConfig: toolConfig.nullish(),
  generationConfig: generationConfig.nullish(),
});
export type GenerateRequest = z.output<typeof generateRequest>;

export const countRequest = message({
  contents: listOrOne(content, MOST.messages).nullish(),
  generateContentRequest: jsonObject.nullish(),
});
