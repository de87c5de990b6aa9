// Reads a PDF for the frame that shows it. A worker of its own: it has no network, no keys and no page, and the desk can end it at any moment.

import "./viewer-bounds.js";
import { WorkerMessageHandler } from "pdfjs-dist/legacy/build/pdf.worker.mjs";

self.addEventListener("message", (event: MessageEvent<{ port?: MessagePort }>) => {
  const { port } = event.data;
  if (!port) return;
  WorkerMessageHandler.initializeFromPort(port);
  port.start();
});
