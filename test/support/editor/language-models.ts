/** What requests to language models and their answers are made of, as the editor has it. */
export class LanguageModelError extends Error {
  readonly code: string;
  static NoPermissions = (message?: string): LanguageModelError =>
    new LanguageModelError(message, "NoPermissions");
  static Blocked = (message?: string): LanguageModelError => new LanguageModelError(message, "Blocked");
  static NotFound = (message?: string): LanguageModelError => new LanguageModelError(message, "NotFound");

  constructor(message = "", code = "") {
    super(message);
    this.name = "LanguageModelError";
    this.code = code;
  }
}

export const LanguageModelChatMessageRole = { User: 1, Assistant: 2 } as const;
export const LanguageModelChatToolMode = { Auto: 1, Required: 2 } as const;

export class LanguageModelChatMessage {
  readonly role: number;
  readonly content: readonly unknown[];

  constructor(role: number, content: string | readonly unknown[]) {
    this.role = role;
    this.content = typeof content === "string" ? [new LanguageModelTextPart(content)] : content;
  }
}

export class LanguageModelTextPart {
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }
}

export class LanguageModelPromptTsxPart {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

export class CancellationError extends Error {
  override readonly name = "Canceled";
}

export class LanguageModelDataPart {
  readonly data: Uint8Array;
  readonly mimeType: string;

  constructor(data: Uint8Array, mimeType: string) {
    this.data = data;
    this.mimeType = mimeType;
  }
}

export class LanguageModelThinkingPart {
  readonly value: string | readonly string[];
  readonly id: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;

  constructor(value: string | readonly string[], id?: string, metadata?: Readonly<Record<string, unknown>>) {
    this.value = value;
    this.id = id;
    this.metadata = metadata;
  }
}

export class LanguageModelToolCallPart {
  readonly callId: string;
  readonly name: string;
  readonly input: object;

  constructor(callId: string, name: string, input: object) {
    this.callId = callId;
    this.name = name;
    this.input = input;
  }
}

export class LanguageModelToolResultPart {
  readonly callId: string;
  readonly content: readonly unknown[];

  constructor(callId: string, content: readonly unknown[]) {
    this.callId = callId;
    this.content = content;
  }
}
