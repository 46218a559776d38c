// The entry of the kernel's second thread, which holds the sockets; see wire.ts.
require("tsx/cjs");
require("./wire.ts").startWire();
