import activity from "../../../conversation/texts/hy/activity.json";
import assignment from "../../../conversation/texts/hy/assignment.json";
import time from "../../../conversation/texts/hy/time.json";
import desk from "../generated/hy.json";

export default { desk, activity, assignment, time };
