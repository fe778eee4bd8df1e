/** The adapter of this process in words, for results. */
import { webgpu } from '@addax/backend-webgpu';

/** What the backend says of its adapter. */
export async function deviceName(): Promise<string> {
  const probe = await webgpu.probe();
  return probe.ok ? probe.device : probe.reason;
}
