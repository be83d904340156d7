import activity from "../../../conversation/texts/kk/activity.json";
import assignment from "../../../conversation/texts/kk/assignment.json";
import time from "../../../conversation/texts/kk/time.json";
import desk from "../generated/kk.json";

export default { desk, activity, assignment, time };
