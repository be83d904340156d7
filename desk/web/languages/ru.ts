import assignment from "../../../conversation/texts/ru/assignment.json";
import time from "../../../conversation/texts/ru/time.json";
import activity from "../generated/ru.activity.json";
import desk from "../generated/ru.json";

export default { desk, activity, assignment, time };
