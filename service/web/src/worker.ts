// The write page's worker. It does not open answers: what the first page loads is paid for on slow lines.

import "./worker-old.js";
import { sealing, serve } from "./worker-sealing.js";

serve(sealing);
