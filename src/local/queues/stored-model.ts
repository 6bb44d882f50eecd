import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { LOCAL_ACCOUNT, LOCAL_REGION } from "../http-message.js";
import { MessagingModel } from "../model/messaging-model.js";
import { ModelError } from "../model/model-error.js";
import { FileDeduplicationWindow } from "./file-deduplication-window.js";
import { openStateFile } from "./state-file.js";
import { StateStore } from "./state-store.js";

/** What the calls of one turn of the event loop wait for: the end of their transaction. */
interface Turn extends PromiseWithResolvers<void> {
  failure?: { error: unknown };
}

/**
 * A model whose every call is on the disk before it is answered. The calls of one turn of the event loop are one transaction: by
 * themselves they would write the same pages again and again. Should the file ever refuse, all of them fail and the model is read
 * back from the file, so that the two never tell different stories.
 */
export class StoredModel {
  readonly #database: DatabaseSync;
  readonly #store: StateStore;
  #window: FileDeduplicationWindow;
  #model: MessagingModel;
  #turn: Turn | undefined;

  /** @param file path of the state file, or `:memory:`. @throws EvpError, see {@link openStateFile} */
  constructor(file: string) {
    this.#database = openStateFile(file);
    this.#store = new StateStore(this.#database);
    this.#window = new FileDeduplicationWindow(this.#database);
    this.#model = this.#read();
  }

  /** Runs one call on the model, to be answered when it is {@link written}. @throws ModelError when the model refuses, any other error when nothing was done */
  call<Answer>(work: (model: MessagingModel) => Answer): Answer {
    let answer: Answer;
    try {
      answer = work(this.#model);
    } catch (error) {
      // A refused call may still have seen time pass: messages that expired are deleted.
      if (error instanceof ModelError) this.#save();
      else this.#readBack();
      throw error;
    }
    this.#save();
    return answer;
  }

  /** Resolves once the calls of this turn are on the disk. Rejects when the file refused any of them: none was done then. */
  written(): Promise<void> {
    return this.#turn?.promise ?? Promise.resolve();
  }

  close(): void {
    this.#endTurn();
    this.#database.close();
  }

  #save(): void {
    try {
      const changes = this.#model.takeChanges();
      if (changes.length === 0) return;
      this.#beginTurn();
      this.#store.write(changes);
      this.#window.write();
    } catch (error) {
      this.#failTurn(error);
      throw error;
    }
  }

  /** @throws where an earlier call of this turn failed: whoever is answered at its end hears of one outcome for all */
  #beginTurn(): void {
    if (this.#turn?.failure !== undefined) throw this.#turn.failure.error;
    if (this.#turn !== undefined) return;
    this.#database.exec("BEGIN IMMEDIATE");
    this.#turn = Promise.withResolvers();
    // What nobody waits for, a timer's receive say, still must not count as an error that nobody caught.
    this.#turn.promise.catch(() => undefined);
    setImmediate(() => this.#endTurn());
  }

  #endTurn(): void {
    if (this.#turn === undefined) return;
    try {
      if (this.#turn.failure === undefined) this.#database.exec("COMMIT");
      this.#turn.resolve();
    } catch (error) {
      this.#failTurn(error);
    } finally {
      this.#turn = undefined;
    }
  }

  /** Whoever waits is told first: with a broken file, the rest may fail as well. */
  #failTurn(error: unknown): void {
    this.#turn?.reject(error);
    if (this.#turn !== undefined) this.#turn.failure = { error };
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
    this.#readBack();
  }

  #readBack(): void {
    this.#window = new FileDeduplicationWindow(this.#database);
    this.#model = this.#read();
  }

  #read(): MessagingModel {
    return new MessagingModel({
      realm: { account: LOCAL_ACCOUNT, region: LOCAL_REGION },
      newId: randomUUID,
      window: this.#window,
      state: this.#store.read(),
    });
  }
}
