/** Pipelines by their text, and the layouts they share: made once, without blocking. */
import { AddaxError } from '@addax/core';
import type { BindingUse, Shader } from '../launch.ts';
import type { Counters } from './counters.ts';

/** COMPUTE of GPUShaderStage. */
const COMPUTE = 4;
const READY = Promise.resolve();

/** The bindings of group 0, shared by all pipelines that use them alike. */
export interface Layout {
  /** "rrw": one letter per binding. */
  readonly key: string;
  readonly bindings: GPUBindGroupLayout;
  readonly pipeline: GPUPipelineLayout;
}

/** A kernel that is ready, or being made ready. */
export interface Pipeline {
  readonly label: string;
  readonly layout: Layout;
  /** Rejects, with the text, if the device does not take the kernel. Someone handles that. */
  readonly ready: Promise<void>;
  /** There when it is ready. */
  readonly gpu: GPUComputePipeline | undefined;
}

/** Makes pipelines. */
export class Pipelines {
  /** Of group 1: the table of parameters at a dynamic offset. */
  readonly parameters: GPUBindGroupLayout;
  private readonly gpu: GPUDevice;
  private readonly counters: Counters;
  private readonly known = new Map<string, Pipeline>();
  private readonly layouts = new Map<string, Layout>();

  constructor(gpu: GPUDevice, counters: Counters) {
    this.gpu = gpu;
    this.counters = counters;
    this.parameters = gpu.createBindGroupLayout({
      label: 'parameters',
      entries: [
        { binding: 0, visibility: COMPUTE, buffer: { type: 'uniform', hasDynamicOffset: true } },
      ],
    });
  }

  /** The pipeline of a text; `source` says where its first node comes from. */
  of({ label, code, bindings }: Shader, source: string | undefined): Pipeline {
    const known = this.known.get(code);
    if (known !== undefined) return known;
    const layout = this.layout(bindings);
    const name = source === undefined ? label : `${label} at ${source}`;
    const made: { -readonly [Name in keyof Pipeline]: Pipeline[Name] } = {
      label: name,
      layout,
      ready: READY,
      gpu: undefined,
    };
    const create = async (): Promise<void> => {
      made.gpu = await this.create(name, code, layout);
    };
    made.ready = create();
    made.ready.catch(() => undefined);
    this.known.set(code, made);
    return made;
  }

  private async create(label: string, code: string, layout: Layout): Promise<GPUComputePipeline> {
    this.counters.pipelines++;
    this.gpu.pushErrorScope('validation');
    const module = this.gpu.createShaderModule({ label, code });
    const scope = this.gpu.popErrorScope();
    const made = this.gpu.createComputePipelineAsync({
      label,
      layout: layout.pipeline,
      compute: { module, entryPoint: 'main' },
    });
    made.catch(() => undefined);
    const invalid = await scope;
    try {
      return await made;
    } catch (error) {
      const why = invalid?.message ?? (error as Error).message;
      throw new AddaxError(`WebGPU does not take the kernel "${label}": ${why}\n${code}`, {
        cause: error,
      });
    }
  }

  private layout(uses: readonly BindingUse[]): Layout {
    const key = uses.map((use) => use[0]).join('');
    const known = this.layouts.get(key);
    if (known !== undefined) return known;
    const bindings = this.gpu.createBindGroupLayout({
      label: key,
      entries: uses.map((use, binding) => ({
        binding,
        visibility: COMPUTE,
        buffer: { type: use === 'read' ? ('read-only-storage' as const) : ('storage' as const) },
      })),
    });
    const pipeline = this.gpu.createPipelineLayout({
      label: key,
      bindGroupLayouts: [bindings, this.parameters],
    });
    const layout = { key, bindings, pipeline };
    this.layouts.set(key, layout);
    return layout;
  }
}
