/** What the server is asked and what it answers; the meaning of each field is the server's. */
import type { Range } from "vscode-languageclient/node";

export const BUILD = "crimescene.buildPrompt";
export const COPY = "crimescene.copyPrompt";
export const RUN_AGAIN = "crimescene.runAgain";
export const FRAMES = "crimescene/frames";
export const STOPPED = "crimescene/stopped";

/** What a prompt is to be built from. */
export interface Wish {
  uri?: string;
  line?: number;
  character?: number;
  /** The failure as printed, where no document holds it. */
  text?: string;
  /** Folder that the failure is about: a URI. */
  root?: string;
  budget?: number;
  expected?: string;
  /** True runs the file without asking, false never runs it; otherwise the server asks. */
  run?: boolean;
  show?: boolean;
  /** What variables held when the debugger stopped. */
  values?: Record<string, string>;
}

/** A finished prompt, or why there is none. */
export interface Built {
  prompt?: string;
  tokens?: number;
  title?: string;
  uri?: string;
  path?: string;
  shown?: boolean;
  secrets?: number;
  message?: string;
}

/** Where one frame of a text leads. */
export interface FrameLink {
  range: Range;
  name: Range | null;
  target: { uri: string; range: Range };
  tooltip: string;
  inApp: boolean;
}

/** What a debug adapter answered at an exception, as it answered it. */
export interface Facts {
  exception: object;
  frames: readonly object[];
}

/** What these facts mean: the failure as its runtime prints it, and the ids of the project's own frames. */
export interface Told {
  text: string;
  frames: number[];
}
