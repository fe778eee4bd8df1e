/** The two charts: one value per batch as a thin line, one per epoch for the digits held back. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

/** A chart that grows while the network trains. */
export class Chart {
  readonly #plot: uPlot;
  #steps: number[] = [];
  #values: (number | null)[] = [];
  #heldBack: (number | null)[] = [];

  constructor(element: HTMLElement, label: string, color: string) {
    const data: uPlot.AlignedData = [[], [], []];
    this.#plot = new uPlot(
      {
        width: element.clientWidth || 420,
        height: 200,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false } },
        axes: [{ label: 'batches' }, { label }],
        series: [
          {},
          { stroke: color, width: 1 },
          { stroke: '#222', width: 2, spanGaps: true, points: { show: true, size: 7 } },
        ],
      },
      data,
      element,
    );
    addEventListener('resize', () => {
      this.#plot.setSize({ width: element.clientWidth || 420, height: 200 });
    });
  }

  clear(): void {
    this.#steps = [];
    this.#values = [];
    this.#heldBack = [];
    this.#draw();
  }

  /** A value after a batch. */
  add(step: number, value: number): void {
    this.#steps.push(step);
    this.#values.push(value);
    this.#heldBack.push(null);
    this.#draw();
  }

  /** The value on digits held back, at the last batch. */
  mark(value: number): void {
    if (this.#heldBack.length > 0) this.#heldBack[this.#heldBack.length - 1] = value;
    this.#draw();
  }

  #draw(): void {
    this.#plot.setData([this.#steps, this.#values, this.#heldBack]);
  }
}
