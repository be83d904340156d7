import activity from "../../../conversation/texts/en/activity.json";
import assignment from "../../../conversation/texts/en/assignment.json";
import time from "../../../conversation/texts/en/time.json";
import desk from "../generated/en.json";

export default { desk, activity, assignment, time };
