// Claims about the desk's casework, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_casework.py reads it.
import { printClaims } from "../../claims.js";
import { claims as books } from "./books.js";
import { claims as conflict } from "./conflict.js";
import { claims as erasing } from "./erasing.js";
import { claims as files } from "./files.js";
import { claims as legalHold } from "./legalhold.js";
import { claims as readers } from "./readers.js";
import { claims as reading } from "./reading.js";
import { claims as unit } from "./unit.js";

void printClaims({ ...books, ...conflict, ...erasing, ...files, ...legalHold, ...readers, ...reading, ...unit });
