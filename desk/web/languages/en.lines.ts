import activity from "../../../conversation/texts/en/activity.json";
import assignment from "../../../conversation/texts/en/assignment.json";

export default { activity, assignment };
