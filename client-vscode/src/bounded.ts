/** Texts whose size nobody knows beforehand, kept within bounds. */

/** The end of a text that may never end: what was printed last is what explains a failure. */
export class Tail {
  private pieces: string[] = [];
  private length = 0;
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  add(piece: string): void {
    this.pieces.push(piece.length > this.most ? piece.slice(-this.most) : piece);
    this.length += this.pieces.at(-1)?.length ?? 0;
    let first = this.pieces[0];
    while (first !== undefined && this.length - first.length >= this.most) {
      this.length -= first.length;
      this.pieces.shift();
      first = this.pieces[0];
    }
  }

  get text(): string {
    return this.pieces.join("").slice(-this.most);
  }
}

/** `text`, cut at `most` characters, with a sign that it was cut. */
export function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1))}…`;
}

/** What a program said last, which is where programs say why. */
export function lastLine(output: string): string {
  return output.trimEnd().split("\n").at(-1)?.trim() ?? "";
}
