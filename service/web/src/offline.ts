// The page in one file. The same page as `submit.ts`; package.json says what stands in the places of worker, readers and server.

import "./worker-old.js";
import "./submit.js";
