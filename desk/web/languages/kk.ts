import assignment from "../../../conversation/texts/kk/assignment.json";
import time from "../../../conversation/texts/kk/time.json";
import activity from "../generated/kk.activity.json";
import desk from "../generated/kk.json";

export default { desk, activity, assignment, time };
