/** Errors of chat completions are those of all OpenAI APIs; one also ends a stream that failed. */
export { openaiError as error, openaiErrorBody as errorBody } from "../openai-error.ts";
