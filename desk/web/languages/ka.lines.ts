import activity from "../../../conversation/texts/ka/activity.json";
import assignment from "../../../conversation/texts/ka/assignment.json";

export default { activity, assignment };
