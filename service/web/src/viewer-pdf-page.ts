// A page of a PDF on a canvas.

import { AnnotationMode, type PDFPageProxy, type RenderTask } from "pdfjs-dist/legacy/build/pdf.mjs";

import { make } from "./viewer-port.js";

const LARGEST_CANVAS = 12_000_000; // points

/** `begun` gets what can be cancelled. `scaleFor`: how large, given how many 1/72 inch it is across; bounded here. */
export async function drawPage(page: PDFPageProxy, scaleFor: (across: number) => number, begun: (task: RenderTask) => void): Promise<HTMLCanvasElement> {
  const [, , width, height] = page.view as [number, number, number, number];
  const plain = page.getViewport({ scale: 1 });
  const scale = Math.min(scaleFor(plain.width), Math.sqrt(LARGEST_CANVAS / Math.max(1, Math.abs(width * height), plain.width * plain.height)));
  const viewport = page.getViewport({ scale });
  const canvas = make("canvas", { width: Math.max(1, Math.floor(viewport.width)), height: Math.max(1, Math.floor(viewport.height)) });
  const task = page.render({ canvas, viewport, annotationMode: AnnotationMode.ENABLE, background: "#ffffff" });
  begun(task);
  await task.promise;
  return canvas;
}
