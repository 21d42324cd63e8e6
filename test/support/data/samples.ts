/** An answer with everything that framing could spoil. */
export const DIFFICULT_TEXT =
  '# Title\r\n\n```ts\nconst a = "data: x\\n\\n";\n```\n你好，世界 👩‍👩‍👧‍👦 🇩🇪 e\u0301 \u2028 \u0085 \t end\n\n';

/** A picture of one pixel. */
export const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
