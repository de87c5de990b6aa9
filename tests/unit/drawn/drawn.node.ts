// Claims about what the desk draws of a case, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_drawn.py reads it.
import "../page.js"; // first
import { printClaims } from "../../claims.js";
import { claims as decisions } from "./decisions.js";
import { claims as head } from "./head.js";
import { claims as lists } from "./lists.js";
import { claims as paper } from "./paper.js";
import { claims as steps } from "./steps.js";

void printClaims({ ...decisions, ...head, ...steps, ...paper, ...lists });
