import assignment from "../../../conversation/texts/ka/assignment.json";
import time from "../../../conversation/texts/ka/time.json";
import activity from "../generated/ka.activity.json";
import desk from "../generated/ka.json";

export default { desk, activity, assignment, time };
