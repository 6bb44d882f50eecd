import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { LOCAL_ACCOUNT, LOCAL_REGION } from "../http-message.js";
import { MessagingModel } from "../model/messaging-model.js";
import { ModelError } from "../model/model-error.js";
import { FileDeduplicationWindow } from "./file-deduplication-window.js";
import { openStateFile } from "./state-file.js";
import { StateStore } from "./state-store.js";

/**
 * A model whose every call is on the disk before it is answered, in one transaction. Should the file ever refuse, the
 * call fails and the model is read back from the file, so that the two never tell different stories.
 */
export class StoredModel {
  readonly #database: DatabaseSync;
  readonly #store: StateStore;
  #window: FileDeduplicationWindow;
  #model: MessagingModel;

  /** @param file path of the state file, or `:memory:`. @throws EvpError, see {@link openStateFile} */
  constructor(file: string) {
    this.#database = openStateFile(file);
    this.#store = new StateStore(this.#database);
    this.#window = new FileDeduplicationWindow(this.#database);
    this.#model = this.#read();
  }

  /** Runs one call on the model. @throws ModelError when the model refuses, any other error when nothing was done */
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

  close(): void {
    this.#database.close();
  }

  #save(): void {
    try {
      const changes = this.#model.takeChanges();
      if (changes.length > 0) this.#store.write(changes, () => this.#window.write());
    } catch (error) {
      this.#readBack();
      throw error;
    }
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
