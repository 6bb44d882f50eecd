/** What `evp ingest file` reads, and from where on. */
export interface FileSourceOptions {
  /** Absolute path of a file or a folder. */
  path: string;
  isFolder: boolean;
  /** Goes on with what is written later. */
  follow: boolean;
  /** Leaves the position of earlier runs out of account. */
  fromBeginning: boolean;
  /** Absolute path of where the position is kept. */
  positionFile: string;
  /** Told what a person wants to know: where it goes on, and what has become of a file. */
  notify: (text: string) => void;
}
