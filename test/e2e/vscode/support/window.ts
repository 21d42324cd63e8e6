import type { Frame, Locator, Page } from "./browser.ts";
import type { ScriptedModel } from "./scripted-model.ts";

const LOAD_MS = 90_000;
const NOTIFICATION = ".notifications-toasts .notification-list-item";

/** One window of VS Code, used as a person would, and the model that lives in it. */
export class VsCodeWindow {
  readonly page: Page;
  readonly #nextModel: () => Promise<ScriptedModel>;
  #model: ScriptedModel | undefined;

  constructor(page: Page, nextModel: () => Promise<ScriptedModel>) {
    this.page = page;
    this.#nextModel = nextModel;
  }

  get model(): ScriptedModel {
    if (this.#model === undefined) throw new Error("The window has not been loaded.");
    return this.#model;
  }

  async load(url: string): Promise<void> {
    await this.#loaded(this.page.goto(url, { timeout: LOAD_MS }));
  }

  async reload(): Promise<void> {
    await this.#loaded(this.page.reload({ timeout: LOAD_MS }));
  }

  /** Waits until VS Code has started the window's extension host again, after the one there was has died. */
  async revived(): Promise<void> {
    this.#model = await this.#nextModel();
  }

  /** Closes the window as a person does, so that VS Code can say goodbye to its server. */
  async close(): Promise<void> {
    const closed = this.page.waitForEvent("close", { timeout: LOAD_MS });
    await this.page.close({ runBeforeUnload: true });
    await closed;
  }

  async #loaded(navigation: Promise<unknown>): Promise<void> {
    await navigation;
    await this.page.locator(".part.statusbar .statusbar-item").first().waitFor({ timeout: LOAD_MS });
    this.#model = await this.#nextModel();
  }

  /** Starts every server of the workspace's mcp.json, as *MCP: List Servers > Start* does. */
  async startServers(): Promise<void> {
    await this.model.execute("workbench.mcp.startServer", "*");
  }

  async openFile(path: string): Promise<void> {
    await this.model.execute("vscode.open", { file: path });
  }

  /** Waits for a code lens of this text in the open editor and presses it. */
  async pressLens(text: string): Promise<void> {
    await this.page.locator(".codelens-decoration a", { hasText: text }).first().click({ timeout: 30_000 });
  }

  /** The page in the webview that is seen. */
  get webview(): Frame {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
  }

  /** The buttons of the dialog that is open; none without one. */
  async dialogButtons(): Promise<string[]> {
    return this.page.locator(".monaco-dialog-box .monaco-button").allTextContents();
  }

  /** Waits for a dialog with such a button, which says so, and presses it. */
  async answerDialog(button: string, text = ""): Promise<void> {
    const exactly = new RegExp(`^${button}$`);
    await this.page
      .locator(".monaco-dialog-box", { hasText: text })
      .locator(".monaco-button", { hasText: exactly })
      .first()
      .click({ timeout: 60_000 });
  }

  /** The texts of the notifications on the screen. */
  async notifications(): Promise<string[]> {
    return this.page.locator(`${NOTIFICATION} .notification-list-item-message`).allTextContents();
  }

  /** Waits for a notification with such a button and presses it. */
  async press(button: string): Promise<void> {
    await this.#button(button).click({ timeout: 60_000 });
  }

  /** Waits until such a button could be pressed: it is there and does not move. */
  async isStill(button: string): Promise<void> {
    await this.#button(button).click({ timeout: 60_000, trial: true });
  }

  #button(text: string): Locator {
    return this.page.locator(`${NOTIFICATION} .monaco-button`, { hasText: new RegExp(`^${text}$`) }).first();
  }

  async waitForNotification(text: string | RegExp): Promise<void> {
    await this.page.locator(NOTIFICATION, { hasText: text }).first().waitFor({ timeout: 60_000 });
  }
}
