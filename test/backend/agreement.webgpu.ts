import { availableBackends } from "../../lib/backend";
import { check } from "./agreement";

// Run by agreement.test.ts in a process whose environment leads to a Vulkan driver; prints one line of JSON.
void (async () => {
  const webgpu = (await availableBackends()).find(({ name }) => name === "webgpu");
  const findings = webgpu?.available ? await check("webgpu") : [];
  process.stdout.write(JSON.stringify({ webgpu, findings }));
})();
