import assignment from "../../../conversation/texts/hy/assignment.json";
import time from "../../../conversation/texts/hy/time.json";
import activity from "../generated/hy.activity.json";
import desk from "../generated/hy.json";

export default { desk, activity, assignment, time };
