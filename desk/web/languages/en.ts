import assignment from "../../../conversation/texts/en/assignment.json";
import time from "../../../conversation/texts/en/time.json";
import activity from "../generated/en.activity.json";
import desk from "../generated/en.json";

export default { desk, activity, assignment, time };
