/** What the page and its worker say to each other. */

/** The backends that the page offers. */
export const BACKENDS = ['cpu', 'onnx', 'webgpu'] as const;

export type BackendName = (typeof BACKENDS)[number];

/** Mean loss, and the share of digits that were read right. */
export interface Score {
  readonly loss: number;
  readonly accuracy: number;
}

export type ToWorker =
  /** First of all: where the digits are. */
  | { readonly kind: 'open'; readonly digits: string }
  | {
      readonly kind: 'train';
      readonly backend: BackendName;
      readonly epochs: number;
      /** Batches of an epoch at most. */
      readonly steps: number;
    }
  | { readonly kind: 'stop' }
  /** 28×28 values from 0 to 1. */
  | { readonly kind: 'predict'; readonly pixels: Float32Array }
  /** One of the digits that are held back. */
  | { readonly kind: 'sample' };

export type ToPage =
  | {
      readonly kind: 'ready';
      /** Digits to train on. */
      readonly count: number;
      readonly backends: readonly {
        readonly name: BackendName;
        readonly device: string | undefined;
        readonly reason: string | undefined;
      }[];
    }
  | { readonly kind: 'started'; readonly device: string }
  | { readonly kind: 'step'; readonly step: number; readonly score: Score }
  | {
      readonly kind: 'epoch';
      readonly epoch: number;
      readonly score: Score;
      readonly heldBack: Score;
    }
  | { readonly kind: 'done'; readonly seconds: number; readonly stopped: boolean }
  | { readonly kind: 'prediction'; readonly probabilities: readonly number[] }
  | { readonly kind: 'sample'; readonly pixels: Float32Array; readonly label: number }
  | { readonly kind: 'error'; readonly message: string };
