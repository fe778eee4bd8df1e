import { describe, expect, it } from '@jest/globals';

import { CHOICE, SWIFTSHADER, vulkanEnvironment } from './vulkan.mjs';

const files = (known) => ({
  exists: (path) => path in known,
  read: (path) => known[path],
});

describe('vulkanEnvironment', () => {
  it('leaves a driver alone that the caller names', () => {
    const known = files({ [SWIFTSHADER]: '' });
    expect(vulkanEnvironment({ VK_DRIVER_FILES: '/opt/gpu.json' }, known)).toEqual({});
  });

  it('takes the driver that setup found to work', () => {
    const known = files({ [CHOICE]: '{"driver":"/cache/lvp.json"}', '/cache/lvp.json': '' });
    expect(vulkanEnvironment({}, known).VK_DRIVER_FILES).toBe('/cache/lvp.json');
  });

  it('takes the browser’s driver where the chosen one is gone, or none was chosen', () => {
    const gone = files({ [CHOICE]: '{"driver":"/cache/lvp.json"}', [SWIFTSHADER]: '' });
    expect(vulkanEnvironment({}, gone).VK_DRIVER_FILES).toBe(SWIFTSHADER);
    expect(vulkanEnvironment({}, files({ [SWIFTSHADER]: '' })).VK_DRIVER_FILES).toBe(SWIFTSHADER);
  });

  it('leaves the choice to the system where setup found a graphics card', () => {
    const known = files({ [CHOICE]: '{"driver":null}', [SWIFTSHADER]: '' });
    expect(vulkanEnvironment({}, known)).toEqual({});
    expect(vulkanEnvironment({}, files({}))).toEqual({});
  });
});
