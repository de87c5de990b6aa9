// Reads a PDF for the frame that shows it. A worker of its own: it has no network, no keys and no page, and the desk can end it at any moment.

import "./viewer-bounds.js";
import { Toll } from "./viewer-toll.js";
import { WorkerMessageHandler } from "pdfjs-dist/legacy/build/pdf.worker.mjs";

self.addEventListener("message", (event: MessageEvent<{ port?: MessagePort }>) => {
  const { port } = event.data;
  if (!port) return;
  const [send, toll] = [port.postMessage.bind(port), new Toll()];
  port.postMessage = (sent: unknown, moved?: Transferable[] | StructuredSerializeOptions): void => {
    const list = Array.isArray(moved) ? moved : (moved?.transfer ?? []);
    try {
      toll.pay(sent, list);
    } catch (error) {
      self.postMessage({ over: true }); // the desk ends it: a page of which a part is drawn would be false
      throw error;
    }
    send(sent, list);
  };
  WorkerMessageHandler.initializeFromPort(port);
  port.start();
});
