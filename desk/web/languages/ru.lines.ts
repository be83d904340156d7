import activity from "../../../conversation/texts/ru/activity.json";
import assignment from "../../../conversation/texts/ru/assignment.json";

export default { activity, assignment };
