/** A pad of 28×28 cells to draw on, with a pointer or with the keyboard. */

const SIZE = 28;

/** The drawing, and what is called after each change of it. */
export class Pad {
  /** 28×28 values from 0 to 1. */
  readonly pixels: Float32Array = new Float32Array(SIZE * SIZE);
  readonly #canvas: HTMLCanvasElement;
  readonly #changed: () => void;
  /** Where the keyboard draws: row and column. */
  #cursor: [number, number] = [6, 14];
  #last: [number, number] | undefined;

  constructor(canvas: HTMLCanvasElement, changed: () => void) {
    this.#canvas = canvas;
    this.#changed = changed;
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#last = undefined;
      this.#follow(event);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (event.buttons !== 0) this.#follow(event);
    });
    canvas.addEventListener('pointerup', () => this.#changed());
    canvas.addEventListener('keydown', (event) => this.#key(event));
    for (const kind of ['focus', 'blur']) canvas.addEventListener(kind, () => this.#show());
    this.#show();
  }

  clear(): void {
    this.set(new Float32Array(SIZE * SIZE));
  }

  set(pixels: Float32Array): void {
    this.pixels.set(pixels);
    this.#show();
    this.#changed();
  }

  #follow(event: PointerEvent): void {
    const box = this.#canvas.getBoundingClientRect();
    const at = (position: number, length: number): number => (position / length) * SIZE - 0.5;
    const point: [number, number] = [
      at(event.clientY - box.top, box.height),
      at(event.clientX - box.left, box.width),
    ];
    const [row, column] = this.#last ?? point;
    const steps = Math.ceil(Math.hypot(point[0] - row, point[1] - column) * 2) || 1;
    for (let i = 1; i <= steps; i++) {
      const part = i / steps;
      this.#ink(row + (point[0] - row) * part, column + (point[1] - column) * part);
    }
    this.#last = point;
    this.#show();
  }

  #key(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const move = moves[event.key];
    if (event.key === 'Delete') this.clear();
    else if (move === undefined) return;
    else {
      const inside = (value: number): number => Math.min(SIZE - 1, Math.max(0, value));
      this.#cursor = [inside(this.#cursor[0] + move[0]), inside(this.#cursor[1] + move[1])];
      if (event.shiftKey) {
        this.#ink(...this.#cursor);
        this.#changed();
      }
      this.#show();
    }
    event.preventDefault();
  }

  /** A soft round nib, about as thick as the strokes of the digits. */
  #ink(row: number, column: number): void {
    for (let r = Math.floor(row) - 1; r <= row + 2; r++) {
      for (let c = Math.floor(column) - 1; c <= column + 2; c++) {
        if (r < 0 || c < 0 || r >= SIZE || c >= SIZE) continue;
        const strength = Math.max(0, Math.min(1, 1.7 - Math.hypot(r - row, c - column)));
        this.pixels[r * SIZE + c] = Math.max(this.pixels[r * SIZE + c]!, strength);
      }
    }
  }

  #show(): void {
    const context = this.#canvas.getContext('2d')!;
    const cell = this.#canvas.width / SIZE;
    context.fillStyle = '#fff';
    context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.pixels.forEach((value, i) => {
      if (value === 0) return;
      const tone = Math.round(255 * (1 - value));
      context.fillStyle = `rgb(${tone} ${tone} ${tone})`;
      context.fillRect((i % SIZE) * cell, Math.floor(i / SIZE) * cell, cell, cell);
    });
    if (document.activeElement !== this.#canvas) return;
    context.strokeStyle = '#1560bd';
    context.lineWidth = 2;
    context.strokeRect(this.#cursor[1] * cell, this.#cursor[0] * cell, cell, cell);
  }
}
